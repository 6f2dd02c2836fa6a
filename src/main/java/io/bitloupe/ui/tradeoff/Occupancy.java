package io.bitloupe.ui.tradeoff;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which parts of a chart have points or whiskers on them, in squares of a few pixels: looking for a free place asks many times.
 *
 * @param squares those that are taken
 */
record Occupancy(Set<Long> squares) {
  private static final double SQUARE = 8;
  private static final double RADIUS = 8;

  /** Of what was drawn. */
  static Occupancy of(List<PointRenderer.Mark> marks) {
    Set<Long> taken = new HashSet<>();
    for (PointRenderer.Mark mark : marks) {
      for (int x = square(mark.x() - RADIUS); x <= square(mark.x() + RADIUS); x++) {
        for (int y = square(Math.min(mark.top(), mark.y() - RADIUS)); y <= square(Math.max(mark.bottom(), mark.y() + RADIUS)); y++) {
          taken.add(key(x, y));
        }
      }
    }
    return new Occupancy(taken);
  }

  /** Whether the box touches none of them. */
  boolean isFree(double left, double top, double right, double bottom) {
    for (int x = square(left); x <= square(right); x++) {
      for (int y = square(top); y <= square(bottom); y++) {
        if (squares.contains(key(x, y))) {
          return false;
        }
      }
    }
    return true;
  }

  private static int square(double pixel) {
    return (int) Math.floor(pixel / SQUARE);
  }

  private static long key(int x, int y) {
    return (long) x << Integer.SIZE | y & 0xffffffffL;
  }
}
