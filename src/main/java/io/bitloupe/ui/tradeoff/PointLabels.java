package io.bitloupe.ui.tradeoff;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the labels of points go: beside their own point, nearer to it than to any other, or farther away with a line that leads to it. A
 * label covers neither a point nor another label nor the front, and a whisker only where there is no other place.
 */
final class PointLabels {
  /** Half the side of the square that a point takes. */
  private static final double DISC = 5;

  private static final double GAP = 7;
  private static final double HEIGHT = 11;
  private static final double[] BESIDE = {0};
  private static final double[] AWAY = {12, 24, 36};

  /**
   * A place.
   *
   * @param box where the label stands
   * @param leader line from the label to its point; empty where the label stands beside it
   */
  record Place(Rectangle2D box, Optional<Line2D> leader) {}

  private final List<PointRenderer.Mark> marks;
  private final List<Line2D> front;
  private final List<Rectangle2D> boxes = new ArrayList<>();

  /** Labels among {@code marks} and the lines of the front. */
  PointLabels(List<PointRenderer.Mark> marks, List<Line2D> front) {
    this.marks = marks;
    this.front = front;
  }

  /** The labels that have a place. */
  List<Rectangle2D> boxes() {
    return boxes;
  }

  /** Takes a place in {@code area} for a label of {@code width} pixels; empty where there is none. */
  Optional<Place> place(PointRenderer.Mark mark, double width, Rectangle2D area) {
    Optional<Place> found =
        find(mark, width, area, BESIDE, true)
            .or(() -> find(mark, width, area, AWAY, true))
            .or(() -> find(mark, width, area, BESIDE, false))
            .or(() -> find(mark, width, area, AWAY, false));
    found.ifPresent(place -> boxes.add(place.box()));
    return found;
  }

  private Optional<Place> find(PointRenderer.Mark mark, double width, Rectangle2D area, double[] distances, boolean offWhiskers) {
    for (double distance : distances) {
      double reach = GAP + distance;
      for (double top : new double[] {mark.y() - reach - HEIGHT + 3, mark.y() + reach - 3}) {
        for (double left : new double[] {mark.x() + reach, mark.x() - reach - width}) {
          Rectangle2D box = new Rectangle2D.Double(left, top, width, HEIGHT);
          boolean clear = area.contains(box) && isFree(box) && !(offWhiskers && coversWhisker(box));
          if (clear && (distance > 0 || isNearestTo(mark, box))) {
            return Optional.of(new Place(box, distance > 0 ? Optional.of(leader(mark, box)) : Optional.empty()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Line2D leader(PointRenderer.Mark mark, Rectangle2D box) {
    double x = Math.clamp(mark.x(), box.getMinX() - 1, box.getMaxX() + 1);
    double y = Math.clamp(mark.y(), box.getMinY(), box.getMaxY());
    double length = Math.max(1, Point2D.distance(mark.x(), mark.y(), x, y));
    double share = DISC / length;
    return new Line2D.Double(mark.x() + share * (x - mark.x()), mark.y() + share * (y - mark.y()), x, y);
  }

  private boolean isFree(Rectangle2D box) {
    return boxes.stream().noneMatch(box::intersects)
        && front.stream().noneMatch(box::intersectsLine)
        && marks.stream().noneMatch(mark -> box.intersects(mark.x() - DISC, mark.y() - DISC, 2 * DISC, 2 * DISC));
  }

  private boolean coversWhisker(Rectangle2D box) {
    return marks.stream().anyMatch(mark -> box.intersectsLine(mark.x(), mark.top(), mark.x(), mark.bottom()));
  }

  private boolean isNearestTo(PointRenderer.Mark own, Rectangle2D box) {
    double distance = distance(own, box);
    return marks.stream().allMatch(mark -> mark.equals(own) || distance(mark, box) > distance);
  }

  private static double distance(PointRenderer.Mark mark, Rectangle2D box) {
    return Point2D.distance(mark.x(), mark.y(), box.getCenterX(), box.getCenterY());
  }
}
