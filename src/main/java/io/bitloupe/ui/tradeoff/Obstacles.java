package io.bitloupe.ui.tradeoff;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What was drawn on a chart, found by where it is: looking for a free place asks many times. */
final class Obstacles {
  private static final double CELL = 16;

  /** Something drawn. */
  private sealed interface Drawn {
    /** Whether it and {@code box} share a pixel. */
    boolean touches(Rectangle2D box);
  }

  /** A point or a text: nothing goes through it. */
  private record Solid(Rectangle2D area) implements Drawn {
    @Override
    public boolean touches(Rectangle2D box) {
      return area.intersects(box);
    }
  }

  /** A line of the chart, which leaders may cross. */
  private record Stroke(Line2D line) implements Drawn {
    @Override
    public boolean touches(Rectangle2D box) {
      return box.intersectsLine(line);
    }
  }

  /** A line from a label to its point. */
  private record Leader(Line2D line) implements Drawn {
    @Override
    public boolean touches(Rectangle2D box) {
      return box.intersectsLine(line);
    }
  }

  private final Map<Long, List<Drawn>> cells = new HashMap<>();

  /** Adds what a point or a text covers. */
  void addSolid(Rectangle2D area) {
    add(new Solid(area), area);
  }

  /** Adds a line of the chart. */
  void addLine(Line2D line) {
    add(new Stroke(line), line.getBounds2D());
  }

  /** Adds the line from a label to its point. */
  void addLeader(Line2D line) {
    add(new Leader(line), line.getBounds2D());
  }

  private void add(Drawn drawn, Rectangle2D bounds) {
    for (int x = cell(bounds.getMinX()); x <= cell(bounds.getMaxX()); x++) {
      for (int y = cell(bounds.getMinY()); y <= cell(bounds.getMaxY()); y++) {
        cells.computeIfAbsent(key(x, y), _ -> new ArrayList<>()).add(drawn);
      }
    }
  }

  /** Whether nothing that was drawn touches {@code box}. */
  boolean isFree(Rectangle2D box) {
    return noneIn(box, drawn -> drawn.touches(box));
  }

  /** Whether {@code leader} goes through nothing but lines of the chart. */
  boolean isClear(Line2D leader) {
    return noneIn(
        leader.getBounds2D(),
        drawn ->
            switch (drawn) {
              case Solid it -> it.area().intersectsLine(leader);
              case Leader it -> it.line().intersectsLine(leader);
              case Stroke _ -> false;
            });
  }

  private boolean noneIn(Rectangle2D bounds, Predicate<Drawn> meets) {
    for (int x = cell(bounds.getMinX()); x <= cell(bounds.getMaxX()); x++) {
      for (int y = cell(bounds.getMinY()); y <= cell(bounds.getMaxY()); y++) {
        for (Drawn drawn : cells.getOrDefault(key(x, y), List.of())) {
          if (meets.test(drawn)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static int cell(double pixel) {
    return (int) Math.floor(pixel / CELL);
  }

  private static long key(int x, int y) {
    return (long) x << Integer.SIZE | y & 0xffffffffL;
  }
}
