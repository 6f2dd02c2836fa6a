package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.exec.RuntimeKind;
import java.util.OptionalDouble;

/**
 * A configuration to measure.
 *
 * @param description what a person calls it, for instance {@code 3 layers to W4}
 * @param config the configuration, resolved or not
 * @param runtime who computes it
 * @param samples samples of the report part to use; all when larger
 * @param measureLatency whether to time the exported file in ONNX Runtime once accuracy is known
 * @param decideDrop stop as soon as it is certain whether the drop in right answers against float, as a share, is more or less
 *     than this; what was measured is then the result for the samples up to there
 */
public record Experiment(
    String description, QuantConfig config, RuntimeKind runtime, int samples, boolean measureLatency, OptionalDouble decideDrop) {

  /** An experiment on all its samples. */
  public Experiment(String description, QuantConfig config, RuntimeKind runtime, int samples, boolean measureLatency) {
    this(description, config, runtime, samples, measureLatency, OptionalDouble.empty());
  }

  /** The whole report part in the integer runtime, with latency. */
  public static Experiment of(String description, QuantConfig config) {
    return new Experiment(description, config, RuntimeKind.INTEGER, Integer.MAX_VALUE, true);
  }
}
