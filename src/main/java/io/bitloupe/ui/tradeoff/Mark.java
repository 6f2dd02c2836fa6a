package io.bitloupe.ui.tradeoff;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/**
 * A drawn point.
 *
 * @param point the point
 * @param x its pixel
 * @param y its pixel
 * @param radius half of its width and height
 * @param onScale whether it is where its value is; otherwise it lies below the axis and is drawn on its edge
 * @param whiskers its interval and the spread of its cost with their ends, as far as they are drawn
 */
record Mark(TradeoffPoint point, double x, double y, double radius, boolean onScale, List<Line2D> whiskers) {
  /** Points nearer than this look like one. */
  private static final double SAME = 2;

  /** Copies the list. */
  Mark {
    whiskers = List.copyOf(whiskers);
  }

  /** The square that it takes without its whiskers. */
  Rectangle2D area() {
    return new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  /** Pixels from its middle. */
  double distance(double toX, double toY) {
    return Point2D.distance(x, y, toX, toY);
  }

  /** Whether it and {@code other} look like one point. */
  boolean coincidesWith(Mark other) {
    return distance(other.x, other.y) < SAME;
  }
}
