package io.bitloupe.engine.bench;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.MachineLatency;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How well this machine's own latency table, measured at uniform widths, predicts the whole model at mixed ones. */
public final class LatencyBench {

  private static final List<Integer> WIDTHS = List.of(8, 6, 4, 3, 2);
  private static final int POLICIES = 4;
  private static final long SEED = 1;

  private LatencyBench() {}

  /** Measures the table and random mixed configurations in turn. */
  public static MachineLatency.Checked run(Workbench workbench, Progress progress) {
    Random random = new Random(SEED);
    List<QuantConfig> policies = new ArrayList<>();
    for (int policy = 0; policy < POLICIES; policy++) {
      Map<String, TensorChoice> weights = new LinkedHashMap<>();
      for (Layer layer : workbench.model().layers()) {
        BitWidths.Width width = new BitWidths.Width(WIDTHS.get(random.nextInt(WIDTHS.size())));
        layer
            .weight()
            .ifPresent(
                weight -> weights.put(weight, Choices.withWidth(TensorChoice.DEFAULT_WEIGHT, width, TensorChoice.DEFAULT_WEIGHT)));
      }
      policies.add(QuantConfig.defaults().with(weights));
    }
    return MachineLatency.check(workbench, QuantConfig.defaults(), WIDTHS, List.of(), policies, progress);
  }
}
