package io.bitloupe.report;

import io.bitloupe.model.Model;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a report tells: configurations of one model measured on the same samples, one of them in detail.
 *
 * @param model the model
 * @param data name of the data for people
 * @param calibrationSamples samples that set the ranges
 * @param totalSamples samples in the data
 * @param configurations what was measured, in the order to show it; at least one
 * @param chosen index of the configuration that is shown layer by layer
 * @param deployment what becomes of that one in ONNX Runtime
 * @param environment what computed the figures
 * @param created when
 */
public record Report(
    Model model,
    String data,
    int calibrationSamples,
    int totalSamples,
    List<MeasuredConfig> configurations,
    int chosen,
    Deployment deployment,
    Environment environment,
    Instant created) {

  /** Copies the list. */
  public Report {
    configurations = List.copyOf(configurations);
  }

  /** Milliseconds of the float model for one sample: the median of what was measured beside each configuration. */
  public OptionalDouble floatLatency() {
    double[] times =
        configurations.stream()
            .map(row -> row.evaluation().latency().onnxruntimeFloat())
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .sorted()
            .toArray();
    return times.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(times[times.length / 2]);
  }

  /** The configuration that is shown layer by layer. */
  public MeasuredConfig chosenConfiguration() {
    return configurations.get(chosen);
  }
}
