package io.bitloupe.ui.tradeoff;

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
   */
  public record Reference(double value, long bytes) {}

  /** Copies the list. */
  public TradeoffData {
    points = List.copyOf(points);
  }
}
