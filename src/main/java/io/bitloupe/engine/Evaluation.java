package io.bitloupe.engine;

import io.bitloupe.cost.Cost;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.Quality;
import java.util.List;

/**
 * What was measured of a configuration, so far or in the end.
 *
 * @param configDigest digest of model, resolved configuration and calibration data, hexadecimal
 * @param runtime who computed it
 * @param quality accuracy and likeness to float on the samples so far
 * @param totalSamples samples that will have been evaluated in the end
 * @param cost bytes and operations
 * @param latency milliseconds for one sample
 * @param layers one for each layer of the model, in order
 * @param seconds wall-clock time so far
 */
public record Evaluation(
    String configDigest,
    RuntimeKind runtime,
    Quality quality,
    int totalSamples,
    Cost cost,
    Latency latency,
    List<LayerResult> layers,
    double seconds) {

  /** Copies the list. */
  public Evaluation {
    layers = List.copyOf(layers);
  }

  /** This with other times. */
  public Evaluation with(Latency other) {
    return new Evaluation(configDigest, runtime, quality, totalSamples, cost, other, layers, seconds);
  }

  /** Whether every sample was evaluated. */
  public boolean isComplete() {
    return quality.samples() == totalSamples;
  }
}
