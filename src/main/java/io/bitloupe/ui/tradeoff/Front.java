package io.bitloupe.ui.tradeoff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The Pareto front: points that no other one beats in cost and accuracy at once. */
public final class Front {
  private Front() {}

  /** The complete points on the front, cheapest first. */
  public static List<TradeoffPoint> of(List<TradeoffPoint> points, CostAxis axis) {
    List<TradeoffPoint> sorted =
        points.stream()
            .filter(point -> point.isComplete() && axis.of(point).isPresent())
            .sorted(
                Comparator.comparingDouble((TradeoffPoint point) -> axis.of(point).getAsDouble())
                    .thenComparing(Comparator.comparingDouble(TradeoffPoint::value).reversed()))
            .toList();
    List<TradeoffPoint> front = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (TradeoffPoint point : sorted) {
      if (point.value() > best) {
        front.add(point);
        best = point.value();
      }
    }
    return front;
  }
}
