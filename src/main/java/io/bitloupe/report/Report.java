package io.bitloupe.report;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.Model;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
 * @param deployment what becomes of that one in ONNX Runtime; empty where nobody looked
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
    Optional<Deployment> deployment,
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

  /** Whether the data has labels; agreement with the float model stands in for accuracy where it has none. */
  public boolean hasLabels() {
    return chosenConfiguration().evaluation().quality().accuracy().isPresent();
  }

  /** Accuracy of the float model on the same samples, or its agreement with itself; a share. */
  public double floatValue() {
    Quality quality = chosenConfiguration().evaluation().quality();
    return quality.accuracy().map(quality::top1Float).orElse(1.0);
  }

  /** The loads that configurations were timed under, each once, the smallest first. */
  public List<DeploymentLoad> loads() {
    return loads(configurations);
  }

  static List<DeploymentLoad> loads(List<MeasuredConfig> configurations) {
    return configurations.stream()
        .flatMap(row -> row.evaluation().latency().deployed().stream())
        .map(DeploymentTiming::load)
        .distinct()
        .sorted(Comparator.comparingInt(DeploymentLoad::batch).thenComparingInt(DeploymentLoad::threads))
        .toList();
  }

  /** The configuration that is shown layer by layer. */
  public MeasuredConfig chosenConfiguration() {
    return configurations.get(chosen);
  }
}
