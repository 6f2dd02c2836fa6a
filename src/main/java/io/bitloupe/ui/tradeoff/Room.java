package io.bitloupe.ui.tradeoff;

import java.awt.geom.Rectangle2D;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Finds room for a line of text on a chart.
 *
 * @param area the part of the chart that it must stay in
 * @param obstacles what is there already
 */
record Room(Rectangle2D area, Obstacles obstacles) {
  private static final double GAP = 4;
  private static final double HALF = 8;
  private static final int PLACES = 24;

  /**
   * A line of text.
   *
   * @param left where it begins
   * @param middle its vertical middle
   */
  record Line(double left, double middle) {}

  /** Room for {@code width} pixels somewhere, near the top and the right if there is a choice; it is taken then. */
  Optional<Line> take(double width) {
    for (double middle = area.getMinY() + HALF; middle <= area.getMaxY() - HALF; middle += HALF) {
      Optional<Line> line = take(width, middle);
      if (line.isPresent()) {
        return line;
      }
    }
    return Optional.empty();
  }

  /** Room for {@code width} pixels just above or below a line across the chart; it is taken then. */
  Optional<Line> takeBeside(double width, double line) {
    return take(width, line - HALF - 1).or(() -> take(width, line + HALF + 1));
  }

  private Optional<Line> take(double width, double middle) {
    OptionalDouble left = free(width, middle);
    if (left.isEmpty()) {
      return Optional.empty();
    }
    obstacles.addSolid(box(left.getAsDouble(), middle, width));
    return Optional.of(new Line(left.getAsDouble(), middle));
  }

  private OptionalDouble free(double width, double middle) {
    double first = area.getMaxX() - width - GAP;
    double last = area.getMinX() + GAP;
    for (int place = 0; place <= PLACES; place++) {
      double left = first + (last - first) * place / PLACES;
      Rectangle2D box = box(left, middle, width);
      if (area.contains(box) && obstacles.isFree(box)) {
        return OptionalDouble.of(left);
      }
    }
    return OptionalDouble.empty();
  }

  private static Rectangle2D box(double left, double middle, double width) {
    return new Rectangle2D.Double(left - GAP, middle - HALF, width + 2 * GAP, 2 * HALF);
  }
}
