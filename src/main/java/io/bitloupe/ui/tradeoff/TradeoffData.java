package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import java.util.List;
import java.util.Optional;

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
   * @param timings what configurations were timed beside it, one for each load
   */
  public record Reference(double value, long bytes, List<DeploymentTiming> timings) {
    /** Copies the list. */
    public Reference {
      timings = List.copyOf(timings);
    }

    /** What was measured under {@code load}. */
    Optional<DeploymentTiming> timing(DeploymentLoad load) {
      return timings.stream().filter(timing -> timing.load().equals(load)).findFirst();
    }
  }

  /** Copies the list. */
  public TradeoffData {
    points = List.copyOf(points);
  }
}
