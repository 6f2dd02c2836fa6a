package io.bitloupe.ui.tradeoff;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Optional;

/**
 * Where the labels of points go: beside their own point, nearer to it than to any other, or farther away with a line that leads to it. A
 * label keeps a gap to all that is drawn, and no leader goes through a point or a label; where there is no such place, there is no label.
 */
final class PointLabels {
  /** Height of a label. */
  static final double HEIGHT = 11;

  private static final double ACROSS = 3;
  private static final double UP = 1;
  private static final double[] REACHES = {6, 12, 18, 24, 32, 40};
  private static final double[] FAR_REACHES = {6, 12, 18, 24, 32, 40, 50, 60, 75, 90, 110, 130};
  private static final int DIRECTIONS = 16;

  /**
   * A place.
   *
   * @param box where the label stands
   * @param leader line from the label to its point; empty where the label stands beside it
   * @param free whether nothing else is there
   */
  record Place(Rectangle2D box, Optional<Line2D> leader, boolean free) {}

  private final List<Mark> marks;
  private final Obstacles obstacles;
  private final Rectangle2D area;

  /** Labels within {@code area} among {@code obstacles}, to which those that were placed are added; they know {@code marks} already. */
  PointLabels(List<Mark> marks, Obstacles obstacles, Rectangle2D area) {
    this.marks = marks;
    this.obstacles = obstacles;
    this.area = area;
  }

  /** Takes a place for a label of {@code width} pixels; empty where there is none. */
  Optional<Place> place(Mark mark, double width) {
    return take(beside(mark, width).or(() -> away(mark, width, REACHES)));
  }

  /** Takes a place for a label that must be there: farther away, or else over what is drawn beside the point. */
  Place placeAnyway(Mark mark, double width) {
    Optional<Place> free = beside(mark, width).or(() -> away(mark, width, FAR_REACHES));
    return take(Optional.of(free.orElseGet(() -> over(mark, width)))).orElseThrow();
  }

  private Optional<Place> take(Optional<Place> found) {
    found.ifPresent(
        place -> {
          obstacles.addSolid(withGap(place.box()));
          place.leader().ifPresent(obstacles::addLeader);
        });
    return found;
  }

  private static Rectangle2D withGap(Rectangle2D box) {
    return new Rectangle2D.Double(
        box.getMinX() - ACROSS, box.getMinY() - UP, box.getWidth() + 2 * ACROSS, box.getHeight() + 2 * UP);
  }

  private Optional<Place> beside(Mark mark, double width) {
    return corners(mark, width).stream()
        .filter(box -> area.contains(box) && obstacles.isFree(withGap(box)) && isNearestTo(mark, box))
        .findFirst()
        .map(box -> new Place(box, Optional.empty(), true));
  }

  /** Above and below, right before left. */
  private static List<Rectangle2D> corners(Mark mark, double width) {
    double right = mark.x() + mark.radius() + ACROSS + 1;
    double left = mark.x() - mark.radius() - ACROSS - 1 - width;
    double above = mark.y() - HEIGHT - UP - 2;
    double below = mark.y() + UP + 2;
    return List.of(
        box(right, above, width), box(left, above, width), box(right, below, width), box(left, below, width));
  }

  private static Rectangle2D box(double left, double top, double width) {
    return new Rectangle2D.Double(left, top, width, HEIGHT);
  }

  private Optional<Place> away(Mark mark, double width, double[] reaches) {
    for (double reach : reaches) {
      for (int i = 0; i < DIRECTIONS; i++) {
        // From up and to the right, where labels are looked for first, all the way around.
        double angle = -Math.PI / 4 + 2 * Math.PI * i / DIRECTIONS;
        double across = (mark.radius() + ACROSS + reach + width / 2) * Math.cos(angle);
        double down = (mark.radius() + UP + reach + HEIGHT / 2) * Math.sin(angle);
        Rectangle2D box = box(mark.x() + across - width / 2, mark.y() + down - HEIGHT / 2, width);
        if (area.contains(box) && obstacles.isFree(withGap(box))) {
          Line2D leader = leader(mark, box);
          if (obstacles.isClear(leader)) {
            return Optional.of(new Place(box, Optional.of(leader), true));
          }
        }
      }
    }
    return Optional.empty();
  }

  private Place over(Mark mark, double width) {
    List<Rectangle2D> corners = corners(mark, width);
    Rectangle2D box = corners.stream().filter(area::contains).findFirst().orElse(corners.getFirst());
    return new Place(box, Optional.empty(), false);
  }

  /** From the edge of the point, outside of its square, to the nearest pixel of the label. */
  private static Line2D leader(Mark mark, Rectangle2D box) {
    double x = Math.clamp(mark.x(), box.getMinX() - 1, box.getMaxX() + 1);
    double y = Math.clamp(mark.y(), box.getMinY(), box.getMaxY());
    double across = x - mark.x();
    double down = y - mark.y();
    double share = Math.min(1, (mark.radius() + 0.5) / Math.max(Math.abs(across), Math.abs(down)));
    return new Line2D.Double(mark.x() + share * across, mark.y() + share * down, x, y);
  }

  private boolean isNearestTo(Mark own, Rectangle2D box) {
    double x = box.getCenterX();
    double y = box.getCenterY();
    double distance = own.distance(x, y);
    return marks.stream().allMatch(mark -> mark.distance(x, y) > distance || mark.coincidesWith(own));
  }
}
