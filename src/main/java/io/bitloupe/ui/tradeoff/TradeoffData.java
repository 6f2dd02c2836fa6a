package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Everything on the trade-off charts.
 *
 * @param points measured configurations, each once
 * @param reference the float model; empty until something was measured
 * @param labelled whether values are top-1; otherwise they are agreement with the float model
 */
public record TradeoffData(List<TradeoffPoint> points, Optional<Reference> reference, boolean labelled) {
  /** Nothing measured. */
  public static final TradeoffData EMPTY = new TradeoffData(List.of(), Optional.empty(), true);

  /**
   * The float model.
   *
   * @param value its top-1, or 1 for agreement with itself
   * @param bytes its weights and biases
   * @param timings every run that timed a configuration in turns with it, under any load
   */
  public record Reference(double value, long bytes, List<DeploymentTiming> timings) {
    /** Copies the list. */
    public Reference {
      timings = List.copyOf(timings);
    }

    /** Milliseconds of the float model under {@code load}, the median of all runs; empty where there was none. */
    OptionalDouble milliseconds(DeploymentLoad load) {
      double[] sorted =
          timings.stream()
              .filter(timing -> timing.load().equals(load))
              .mapToDouble(timing -> timing.floatModel().median())
              .sorted()
              .toArray();
      int half = sorted.length / 2;
      return sorted.length == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
    }
  }

  /** Copies the list. */
  public TradeoffData {
    points = List.copyOf(points);
  }
}
