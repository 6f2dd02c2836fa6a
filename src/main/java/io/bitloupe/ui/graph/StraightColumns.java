package io.bitloupe.ui.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Horizontal positions in a layered drawing. Items that follow one another are joined to columns (the blocks of Brandes and Köpf 2001):
 * first the longest chains of vertices, so that the main path of a network is straight, then edges over several layers. Columns are placed
 * one after the other, the largest first, each as near to what it is linked with as those already placed allow (the priority method of
 * Sugiyama, Tagawa and Toda 1981), with room for what lies between.
 */
final class StraightColumns {
  private static final int NONE = -1;

  private final List<int[]> layers;
  private final List<List<Integer>> below;
  private final int vertices;
  private final Distance distance;
  private final int[] place;
  private final int[] next;
  private final int[] previous;

  /** How far the middles of two neighbours of a layer must be apart at least. */
  interface Distance {
    /** For the items {@code left} and {@code right}, in pixels. */
    double between(int left, int right);
  }

  /**
   * Part of an edge, between two layers.
   *
   * @param upper item where it starts
   * @param lower item where it ends
   * @param kind 0 between vertices, 1 between dummies, 2 between one and the other
   * @param length vertices on the longest chain through it; 0 where it does not join two of them
   * @param aside how far from the middle of all that start at {@code upper}
   */
  private record Segment(int upper, int lower, int kind, int length, int aside) {
    static final Comparator<Segment> STRAIGHTEST_FIRST =
        Comparator.comparingInt(Segment::kind).thenComparing(Comparator.comparingInt(Segment::length).reversed())
            .thenComparingInt(Segment::aside).thenComparingInt(Segment::upper).thenComparingInt(Segment::lower);
  }

  /** The one of {@code left} and {@code right}, columns, must lie {@code apart} pixels from the other at least. */
  private record Gap(int left, int right, double apart) {}

  private StraightColumns(List<int[]> layers, List<List<Integer>> below, int vertices, Distance distance) {
    this.layers = layers;
    this.below = below;
    this.vertices = vertices;
    this.distance = distance;
    place = new int[below.size()];
    next = new int[below.size()];
    previous = new int[below.size()];
    Arrays.fill(next, NONE);
    Arrays.fill(previous, NONE);
    for (int[] items : layers) {
      for (int i = 0; i < items.length; i++) {
        place[items[i]] = i;
      }
    }
  }

  /**
   * The middle of each item.
   *
   * @param layers items of each layer, from left to right
   * @param below items on the next layer that each item leads to
   * @param vertices items with lower numbers are vertices, all others dummies
   * @param distance least distances
   */
  static double[] centres(List<int[]> layers, List<List<Integer>> below, int vertices, Distance distance) {
    StraightColumns columns = new StraightColumns(layers, below, vertices, distance);
    columns.join();
    return columns.position();
  }

  /** Joins items to columns that do not cross. */
  private void join() {
    for (List<Segment> between : segments()) {
      List<Segment> straight = new ArrayList<>();
      for (Segment segment : between.stream().sorted(Segment.STRAIGHTEST_FIRST).toList()) {
        boolean free = next[segment.upper] == NONE && previous[segment.lower] == NONE;
        if (free && straight.stream().noneMatch(other -> cross(segment, other))) {
          straight.add(segment);
          next[segment.upper] = segment.lower;
          previous[segment.lower] = segment.upper;
        }
      }
    }
  }

  private boolean cross(Segment one, Segment other) {
    return place[one.upper] < place[other.upper] != place[one.lower] < place[other.lower];
  }

  /** The segments below each layer. */
  private List<List<Segment>> segments() {
    int[] up = new int[below.size()];
    int[] down = new int[below.size()];
    Arrays.fill(up, 1);
    Arrays.fill(down, 1);
    for (int[] items : layers) {
      eachLink(items, (upper, lower) -> up[lower] = Math.max(up[lower], up[upper] + 1));
    }
    for (int[] items : layers.reversed()) {
      eachLink(items, (upper, lower) -> down[upper] = Math.max(down[upper], down[lower] + 1));
    }
    List<List<Segment>> all = new ArrayList<>();
    for (int[] items : layers) {
      List<Segment> between = new ArrayList<>();
      for (int upper : items) {
        List<Integer> ends = below.get(upper).stream().sorted(Comparator.comparingInt(item -> place[item])).toList();
        for (int i = 0; i < ends.size(); i++) {
          int lower = ends.get(i);
          int kind = upper < vertices ? lower < vertices ? 0 : 2 : lower < vertices ? 2 : 1;
          int aside = Math.abs(2 * i - (ends.size() - 1));
          between.add(new Segment(upper, lower, kind, kind == 0 ? up[upper] + down[lower] : 0, aside));
        }
      }
      all.add(between);
    }
    return all;
  }

  /** Does something for all pairs of vertices on neighbouring layers that an edge joins. */
  private void eachLink(int[] uppers, LinkAction action) {
    for (int upper : uppers) {
      for (int lower : below.get(upper)) {
        if (upper < vertices && lower < vertices) {
          action.accept(upper, lower);
        }
      }
    }
  }

  private interface LinkAction {
    void accept(int upper, int lower);
  }

  private double[] position() {
    int[] columnOf = new int[below.size()];
    int columns = 0;
    for (int[] items : layers) {
      for (int item : items) {
        columnOf[item] = previous[item] == NONE ? columns++ : columnOf[previous[item]];
      }
    }
    double[] at = place(columnOf, gaps(columnOf, columns), columns);
    return Arrays.stream(columnOf).mapToDouble(column -> at[column]).toArray();
  }

  /** The gaps between neighbouring columns, those at the left of a column before those at its right. */
  private List<Gap> gaps(int[] columnOf, int columns) {
    List<Map<Integer, Double>> rightOf = new ArrayList<>();
    int[] lefts = new int[columns];
    IntStream.range(0, columns).forEach(_ -> rightOf.add(new HashMap<>()));
    for (int[] items : layers) {
      for (int i = 1; i < items.length; i++) {
        int right = columnOf[items[i]];
        Map<Integer, Double> neighbours = rightOf.get(columnOf[items[i - 1]]);
        lefts[right] += neighbours.containsKey(right) ? 0 : 1;
        neighbours.merge(right, distance.between(items[i - 1], items[i]), Math::max);
      }
    }
    List<Gap> gaps = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>(IntStream.range(0, columns).filter(column -> lefts[column] == 0).boxed().toList());
    while (!open.isEmpty()) {
      int left = open.remove();
      rightOf.get(left).forEach(
          (right, apart) -> {
            gaps.add(new Gap(left, right, apart));
            if (--lefts[right] == 0) {
              open.add(right);
            }
          });
    }
    return gaps;
  }

  /** Positions of columns. */
  private double[] place(int[] columnOf, List<Gap> gaps, int columns) {
    double[] size = new double[columns];
    List<List<Integer>> links = new ArrayList<>();
    IntStream.range(0, columns).forEach(_ -> links.add(new ArrayList<>()));
    for (int item = 0; item < columnOf.length; item++) {
      size[columnOf[item]] += item < vertices ? columnOf.length : 1;
      for (int other : below.get(item)) {
        if (columnOf[other] != columnOf[item]) {
          links.get(columnOf[item]).add(columnOf[other]);
          links.get(columnOf[other]).add(columnOf[item]);
        }
      }
    }
    double[] least = new double[columns];
    double[] most = new double[columns];
    boolean[] placed = new boolean[columns];
    boolean[] linked = new boolean[columns];
    Arrays.fill(least, Double.NEGATIVE_INFINITY);
    Arrays.fill(most, Double.POSITIVE_INFINITY);
    for (int turn = 0; turn < columns; turn++) {
      int column =
          IntStream.range(0, columns).filter(it -> !placed[it]).boxed()
              .max(Comparator.comparing((Integer it) -> linked[it]).thenComparingDouble(it -> size[it]).thenComparingInt(it -> -it))
              .orElseThrow();
      double wanted = links.get(column).stream().filter(it -> placed[it]).mapToDouble(it -> least[it]).average().orElse(0);
      double position = Math.max(least[column], Math.min(wanted, most[column]));
      least[column] = position;
      most[column] = position;
      placed[column] = true;
      links.get(column).forEach(it -> linked[it] = true);
      for (Gap gap : gaps) {
        least[gap.right] = Math.max(least[gap.right], least[gap.left] + gap.apart);
      }
      for (Gap gap : gaps.reversed()) {
        most[gap.left] = Math.min(most[gap.left], most[gap.right] - gap.apart);
      }
    }
    return least;
  }
}
