package io.bitloupe.report;

import io.bitloupe.exec.DeploymentTiming.Spread;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import java.util.Optional;

/**
 * A measured configuration on a trade-off chart.
 *
 * @param name label
 * @param cost position along the horizontal axis, in its unit
 * @param spread quartiles of {@code cost}, in the same unit; empty where it has none
 * @param value accuracy in percent
 * @param low lower end of its interval in percent
 * @param high upper end
 * @param chosen whether it is the one shown in detail
 */
public record ChartPoint(
    String name, double cost, Optional<Spread> spread, double value, double low, double high, boolean chosen) {

  /** A point with the accuracy {@code value} and its {@code interval}, both shares. */
  public static ChartPoint of(String name, double cost, Optional<Spread> spread, double value, Interval interval, boolean chosen) {
    return new ChartPoint(name, cost, spread, 100 * value, 100 * interval.low(), 100 * interval.high(), chosen);
  }

  /** A point with the accuracy of {@code quality}, or its agreement with the float model where there are no labels. */
  static ChartPoint of(String name, double cost, Optional<Spread> spread, Quality quality, boolean chosen) {
    return of(name, cost, spread, quality.headline(), quality.headlineInterval(), chosen);
  }

  /** The greatest number of the horizontal axis that it reaches. */
  double farthest() {
    return spread.map(Spread::upperQuartile).orElse(cost);
  }
}
