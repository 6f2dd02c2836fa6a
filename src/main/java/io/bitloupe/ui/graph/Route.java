package io.bitloupe.ui.graph;

/**
 * The way of an edge: points from top to bottom. Between a point with an odd index and the next it crosses the gap between two layers.
 *
 * @param from vertex where it starts
 * @param to vertex where it ends
 * @param x horizontal positions; never modified
 * @param y vertical positions, ascending; never modified
 */
public record Route(int from, int to, double[] x, double[] y) {

  /** What it covers. */
  public Box bounds() {
    double left = x[0];
    double right = x[0];
    for (double position : x) {
      left = Math.min(left, position);
      right = Math.max(right, position);
    }
    return new Box(left, y[0], right - left, y[y.length - 1] - y[0]);
  }
}
