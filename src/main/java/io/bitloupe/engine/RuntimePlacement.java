package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.util.HashSet;
import java.util.Set;

/**
 * Which nodes a configuration leaves in float.
 *
 * @param floatOutputs first outputs of the nodes in float islands
 */
public record RuntimePlacement(Set<String> floatOutputs) {
  /** Copies the set. */
  public RuntimePlacement {
    floatOutputs = Set.copyOf(floatOutputs);
  }

  /** Where the nodes of {@code workbench}'s model run under {@code config}; not for the FX thread. */
  public static RuntimePlacement of(Workbench workbench, QuantConfig config) {
    LoweredGraph lowered =
        Lowering.lower(workbench.model(), ConfigResolver.resolve(config, workbench.model(), workbench.calibration()));
    Set<String> outputs = new HashSet<>();
    for (FloatIsland island : lowered.islands()) {
      island.nodes().forEach(node -> outputs.add(node.output()));
    }
    return new RuntimePlacement(outputs);
  }
}
