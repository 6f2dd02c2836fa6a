package io.bitloupe.ui.tradeoff;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which parts of a chart have something on them, in squares of a few pixels: looking for a free place asks many times.
 *
 * @param squares those that are taken
 */
record Occupancy(Set<Long> squares) {
  private static final double SQUARE = 8;

  /** A part of a chart, in pixels. */
  record Area(double left, double top, double right, double bottom) {}

  /** Of what was drawn. */
  static Occupancy of(List<Area> areas) {
    Set<Long> taken = new HashSet<>();
    for (Area area : areas) {
      for (int x = square(area.left()); x <= square(area.right()); x++) {
        for (int y = square(area.top()); y <= square(area.bottom()); y++) {
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
