package io.bitloupe.engine;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.cost.LayerWork;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how long each layer takes in the integer runtime of this machine, one sample at a time on one thread. */
public final class MachineLatency {

  private static final String NAME = "this machine";

  private MachineLatency() {}

  /**
   * A table of times of all layers that run in integers, at each of the given widths of weights.
   *
   * @param base what everything else has
   */
  public static LatencyTable measure(Workbench workbench, QuantConfig base, List<Integer> widths, Progress progress) {
    ConfigResolver resolver = new ConfigResolver(workbench.model(), workbench.calibration());
    Map<LatencyTable.Key, Double> times = new LinkedHashMap<>();
    List<Double> rests = new ArrayList<>();
    for (int bits : widths) {
      progress.checkCancelled();
      var resolved = resolver.resolve(uniform(workbench, base, bits));
      LoweredGraph lowered = new Lowering(resolver.structure()).lower(resolved);
      CostModel costs = new CostModel(resolved, lowered);
      StepTimes measured = measure(workbench, lowered, progress);
      double rest = measured.totalMilliseconds().orElse(0);
      for (Layer layer : workbench.model().layers()) {
        Double time = measured.milliseconds().get(layer.node().output());
        if (time != null) {
          LayerWork work = costs.work(layer);
          times.put(new LatencyTable.Key(layer.name(), work.weightBits(), work.inputBits()), time);
          rest -= time;
        }
      }
      rests.add(Math.max(0, rest));
    }
    Collections.sort(rests);
    return new LatencyTable(NAME, times, rests.get(rests.size() / 2));
  }

  /** Milliseconds of the whole model under {@code config}, measured. */
  public static double total(Workbench workbench, QuantConfig config, Progress progress) {
    ConfigResolver resolver = new ConfigResolver(workbench.model(), workbench.calibration());
    LoweredGraph lowered = new Lowering(resolver.structure()).lower(resolver.resolve(config));
    return measure(workbench, lowered, progress).totalMilliseconds().orElse(0);
  }

  private static StepTimes measure(Workbench workbench, LoweredGraph lowered, Progress progress) {
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      return StepTimes.measure(runtime, workbench.data().tuning().batch(0, 1).inputs(), progress);
    }
  }

  private static QuantConfig uniform(Workbench workbench, QuantConfig base, int bits) {
    Map<String, TensorChoice> weights = new LinkedHashMap<>();
    for (Layer layer : workbench.model().layers()) {
      layer
          .weight()
          .filter(weight -> base.weightChoice(weight) instanceof TensorChoice.Quantized)
          .ifPresent(
              weight ->
                  weights.put(
                      weight,
                      Choices.withWidth(base.weightChoice(weight), new BitWidths.Width(bits), base.weightChoice(weight))));
    }
    return base.with(weights);
  }
}
