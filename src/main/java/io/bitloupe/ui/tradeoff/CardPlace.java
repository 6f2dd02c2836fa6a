package io.bitloupe.ui.tradeoff;

import java.util.Optional;
import javafx.geometry.Point2D;
import javafx.geometry.Rectangle2D;

/** Where the card of a point goes: within its chart, and not over the point. */
final class CardPlace {
  private static final double GAP = 12;

  private CardPlace() {}

  /** The corner of a card of {@code size} in {@code chart}; empty where there is no room beside {@code point}. */
  static Optional<Point2D> beside(Rectangle2D chart, Point2D point, Point2D size) {
    double above = point.getY() - GAP - size.getY();
    double below = point.getY() + GAP;
    double right = point.getX() + GAP;
    double left = point.getX() - GAP - size.getX();
    double x = clamp(point.getX() - size.getX() / 2, chart.getMinX(), chart.getMaxX() - size.getX());
    double y = clamp(point.getY() - size.getY() / 2, chart.getMinY(), chart.getMaxY() - size.getY());
    return fitting(chart, size, new Point2D(x, above))
        .or(() -> fitting(chart, size, new Point2D(x, below)))
        .or(() -> fitting(chart, size, new Point2D(right, y)))
        .or(() -> fitting(chart, size, new Point2D(left, y)));
  }

  /** The corner of a card of {@code size} above {@code point}, also where that is outside of {@code chart}. */
  static Point2D above(Rectangle2D chart, Point2D point, Point2D size) {
    double x = clamp(point.getX() - size.getX() / 2, chart.getMinX(), chart.getMaxX() - size.getX());
    return new Point2D(x, point.getY() - GAP - size.getY());
  }

  private static Optional<Point2D> fitting(Rectangle2D chart, Point2D size, Point2D corner) {
    return chart.contains(new Rectangle2D(corner.getX(), corner.getY(), size.getX(), size.getY())) ? Optional.of(corner) : Optional.empty();
  }

  /** The value within the bounds that is nearest to {@code value}; the lower one where they leave no room. */
  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(value, high));
  }
}
