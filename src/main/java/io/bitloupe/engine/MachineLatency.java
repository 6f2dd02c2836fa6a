package io.bitloupe.engine;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.cost.LayerWork;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Measures how long each layer takes in the integer runtime of this machine, one sample at a time on one thread. Configurations
 * are timed in turn, round after round, so that a machine which is slower for a while is so for all of them.
 */
public final class MachineLatency {

  /** The name of its tables. */
  public static final String NAME = "this machine";

  /** The twentieth part of the runs that is fastest: what else runs on the machine makes a run longer, never shorter. */
  private static final double UNDISTURBED = 0.05;

  private static final int ROUNDS = 16;
  private static final int LEAST_RUNS = 3;
  private static final int MOST_RUNS = 100;
  private static final long ROUND_NANOS = 50_000_000L;

  private MachineLatency() {}

  /**
   * What the table says of a configuration, and what the integer runtime took.
   *
   * @param config the configuration
   * @param predictedMilliseconds sum over the table
   * @param measuredMilliseconds of whole runs that nothing disturbed
   */
  public record Prediction(QuantConfig config, double predictedMilliseconds, double measuredMilliseconds) {
    /** The error as a share of the measurement. */
    public double error() {
      return predictedMilliseconds / measuredMilliseconds - 1;
    }
  }

  /**
   * A table and how well it predicts.
   *
   * @param table times by layer and width
   * @param predictions for configurations that are not in the table
   */
  public record Checked(LatencyTable table, List<Prediction> predictions) {
    /** Copies the list. */
    public Checked {
      predictions = List.copyOf(predictions);
    }
  }

  /**
   * A table of times of all layers, at each of the given widths of weights and at that of {@code base}. A layer that has no step
   * of its own takes no time in it: what a float island takes is in the rest.
   *
   * @param base what everything else has
   * @param activationWidths widths of activations to time each width of weights with; empty for what {@code base} gives them
   */
  public static LatencyTable measure(
      Workbench workbench, QuantConfig base, List<Integer> widths, List<Integer> activationWidths, Progress progress) {
    return check(workbench, base, widths, activationWidths, List.of(), progress).table();
  }

  /** The same, with {@code others} timed in the same rounds, beside what the table says of them. */
  public static Checked check(
      Workbench workbench,
      QuantConfig base,
      List<Integer> widths,
      List<Integer> activationWidths,
      List<QuantConfig> others,
      Progress progress) {
    ConfigResolver resolver = new ConfigResolver(workbench.model(), workbench.calibration());
    Lowering lowering = new Lowering(resolver.structure());
    Map<String, Tensor> sample = workbench.data().tuning().batch(0, 1).inputs();
    List<Timed> timed = new ArrayList<>();
    List<QuantConfig> tabulated = tabulated(workbench, base, widths, activationWidths);
    try {
      for (QuantConfig config : tabulated) {
        timed.add(Timed.open(resolver.resolve(config), lowering, sample));
      }
      for (QuantConfig other : others) {
        timed.add(Timed.open(resolver.resolve(other), lowering, sample));
      }
      int units = timed.size() * (ROUNDS + 1);
      int done = 0;
      for (Timed one : timed) {
        one.timer().warmUp(progress);
        progress.report(++done, units);
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Timed one : timed) {
          one.timer().round(LEAST_RUNS, MOST_RUNS, ROUND_NANOS, progress);
          progress.report(++done, units);
        }
      }
      LatencyTable table = table(workbench, timed.subList(0, tabulated.size()));
      List<Prediction> predictions = new ArrayList<>();
      for (int i = 0; i < others.size(); i++) {
        Timed one = timed.get(tabulated.size() + i);
        predictions.add(
            new Prediction(
                others.get(i), predicted(workbench, one, table), one.timer().times(UNDISTURBED).totalMilliseconds().orElseThrow()));
      }
      return new Checked(table, predictions);
    } finally {
      timed.forEach(one -> one.runtime().close());
    }
  }

  private record Timed(IntegerRuntime runtime, StepTimer timer, CostModel costs) {
    static Timed open(ResolvedConfig resolved, Lowering lowering, Map<String, Tensor> sample) {
      LoweredGraph lowered = lowering.lower(resolved);
      IntegerRuntime runtime = IntegerRuntime.open(lowered);
      return new Timed(runtime, new StepTimer(runtime, sample), new CostModel(resolved, lowered));
    }
  }

  private static LatencyTable table(Workbench workbench, List<Timed> uniform) {
    Map<LatencyTable.Key, Double> times = new LinkedHashMap<>();
    List<Double> rests = new ArrayList<>();
    for (Timed one : uniform) {
      StepTimes measured = one.timer().times(UNDISTURBED);
      double rest = measured.totalMilliseconds().orElse(0);
      for (Layer layer : workbench.model().layers()) {
        LayerWork work = one.costs().work(layer);
        double time = measured.milliseconds().getOrDefault(layer.node().output(), 0.0);
        times.putIfAbsent(new LatencyTable.Key(layer.name(), work.weightBits(), work.inputBits()), time);
        rest -= time;
      }
      rests.add(Math.max(0, rest));
    }
    Collections.sort(rests);
    return new LatencyTable(NAME, times, rests.get(rests.size() / 2));
  }

  private static double predicted(Workbench workbench, Timed one, LatencyTable table) {
    double sum = table.restMilliseconds();
    for (Layer layer : workbench.model().layers()) {
      LayerWork work = one.costs().work(layer);
      sum += table.obstacle(work).isEmpty() ? table.milliseconds(work) : 0;
    }
    return sum;
  }

  /**
   * One width for all weights and one for all activations, for each pair of widths, and {@code base} where it has weights of other
   * widths, which are pinned.
   */
  private static List<QuantConfig> tabulated(
      Workbench workbench, QuantConfig base, List<Integer> widths, List<Integer> activationWidths) {
    ConfigResolver resolver = new ConfigResolver(workbench.model(), workbench.calibration());
    List<QuantConfig> starts = new ArrayList<>();
    activationWidths.forEach(bits -> starts.add(uniform(base, resolver.activations(), base::activationChoice, bits)));
    if (starts.isEmpty()) {
      starts.add(base);
    }
    List<QuantConfig> configs = new ArrayList<>();
    starts.forEach(start -> widths.forEach(bits -> configs.add(uniform(start, resolver.weights(), base::weightChoice, bits))));
    boolean others =
        resolver.weights().stream()
            .map(base::weightChoice)
            .anyMatch(choice -> choice instanceof TensorChoice.Quantized quantized && !widths.contains(quantized.bits()));
    if (others) {
      configs.addAll(starts);
    }
    return configs;
  }

  private static QuantConfig uniform(
      QuantConfig start, Set<String> tensors, Function<String, TensorChoice> choice, int bits) {
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    for (String tensor : tensors) {
      TensorChoice now = choice.apply(tensor);
      if (now instanceof TensorChoice.Quantized) {
        changed.put(tensor, Choices.withWidth(now, new BitWidths.Width(bits), now));
      }
    }
    return start.with(changed);
  }
}
