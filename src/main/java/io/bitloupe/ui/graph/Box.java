package io.bitloupe.ui.graph;

/**
 * A rectangle of the drawing.
 *
 * @param x left
 * @param y top
 * @param width width
 * @param height height
 */
public record Box(double x, double y, double width, double height) {

  /** Right edge. */
  public double right() {
    return x + width;
  }

  /** Lower edge. */
  public double bottom() {
    return y + height;
  }

  /** Horizontal middle. */
  public double centreX() {
    return x + width / 2;
  }

  /** Vertical middle. */
  public double centreY() {
    return y + height / 2;
  }

  /** Whether the point lies inside. */
  public boolean contains(double px, double py) {
    return px >= x && px <= right() && py >= y && py <= bottom();
  }

  /** Whether both have a point in common, edges not counted. */
  public boolean intersects(Box other) {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }

  /** The least box around both. */
  public Box around(Box other) {
    double left = Math.min(x, other.x);
    double top = Math.min(y, other.y);
    return new Box(left, top, Math.max(right(), other.right()) - left, Math.max(bottom(), other.bottom()) - top);
  }

  /** This box, larger by {@code margin} on every side. */
  public Box grown(double margin) {
    return new Box(x - margin, y - margin, width + 2 * margin, height + 2 * margin);
  }
}
