package io.bitloupe.report;

import java.util.List;

/** Which points no other point beats in both directions: a lower cost and a higher value. */
public final class ParetoFront {

  /**
   * A point in a trade-off.
   *
   * @param cost less is better
   * @param value more is better
   */
  public record Point(double cost, double value) {

    private boolean beats(Point other) {
      return cost <= other.cost && value >= other.value && (cost < other.cost || value > other.value);
    }
  }

  private ParetoFront() {}

  /** Whether each of {@code points} is on the front; of equal points all are. */
  public static List<Boolean> of(List<Point> points) {
    return points.stream().map(point -> points.stream().noneMatch(other -> other.beats(point))).toList();
  }
}
