package io.bitloupe.ui.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A layered drawing of a directed acyclic graph (Sugiyama, Tagawa, Toda 1981): vertices on layers by the longest path, edges over
 * several layers cut by dummies, crossings reduced by barycentres, coordinates by {@link StraightColumns}. Edges run downward and never
 * cross a vertex. Deterministic.
 */
final class LayeredLayout {
  private static final double VERTEX_GAP = 28;
  /** Wider than the frame around a block, so that an edge that passes it does not lie on the frame. */
  private static final double DUMMY_GAP = 22;
  private static final double LAYER_GAP = 38;
  private static final int ORDER_SWEEPS = 16;

  private final int vertices;
  private final double[] widths;
  private final double[] heights;
  private final List<int[]> edges;
  private final int[] layerOf;
  private final List<List<Integer>> chains = new ArrayList<>();
  private final List<List<Integer>> above = new ArrayList<>();
  private final List<List<Integer>> below = new ArrayList<>();
  private final List<Integer> itemLayer = new ArrayList<>();
  private List<int[]> layers = List.of();
  private double[] centre = {};

  private LayeredLayout(double[] widths, double[] heights, List<int[]> edges) {
    this.vertices = widths.length;
    this.widths = widths;
    this.heights = heights;
    this.edges = edges;
    this.layerOf = longestPaths();
  }

  /**
   * Lays a graph out.
   *
   * @param widths width of each vertex
   * @param heights height of each vertex
   * @param edges pairs of vertices, the first always with the lower number
   * @throws IllegalArgumentException when an edge does not lead to a higher number
   */
  static Placement of(double[] widths, double[] heights, List<int[]> edges) {
    for (int[] edge : edges) {
      if (edge[0] >= edge[1] || edge[1] >= widths.length) {
        throw new IllegalArgumentException("an edge from %d to %d among %d vertices".formatted(edge[0], edge[1], widths.length));
      }
    }
    LayeredLayout layout = new LayeredLayout(widths, heights, edges);
    layout.makeItems();
    layout.reduceCrossings();
    layout.centre = StraightColumns.centres(layout.layers, layout.below, layout.vertices, layout::distance);
    return layout.placement();
  }

  /** Layer of each vertex: one below the lowest that leads to it; sources move down to just above what they lead to. */
  private int[] longestPaths() {
    int[] layer = new int[vertices];
    List<int[]> ordered = edges.stream().sorted(Comparator.comparingInt((int[] edge) -> edge[0])).toList();
    boolean[] reached = new boolean[vertices];
    for (int[] edge : ordered) {
      layer[edge[1]] = Math.max(layer[edge[1]], layer[edge[0]] + 1);
      reached[edge[1]] = true;
    }
    for (int vertex = vertices - 1; vertex >= 0; vertex--) {
      if (!reached[vertex]) {
        int nearest = Integer.MAX_VALUE;
        for (int[] edge : edges) {
          nearest = edge[0] == vertex ? Math.min(nearest, layer[edge[1]]) : nearest;
        }
        layer[vertex] = nearest == Integer.MAX_VALUE ? layer[vertex] : nearest - 1;
      }
    }
    return layer;
  }

  private void makeItems() {
    for (int vertex = 0; vertex < vertices; vertex++) {
      addItem(layerOf[vertex]);
    }
    for (int[] edge : edges) {
      List<Integer> chain = new ArrayList<>();
      chain.add(edge[0]);
      for (int layer = layerOf[edge[0]] + 1; layer < layerOf[edge[1]]; layer++) {
        chain.add(addItem(layer));
      }
      chain.add(edge[1]);
      for (int i = 1; i < chain.size(); i++) {
        below.get(chain.get(i - 1)).add(chain.get(i));
        above.get(chain.get(i)).add(chain.get(i - 1));
      }
      chains.add(chain);
    }
    int depth = itemLayer.stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    List<List<Integer>> found = new ArrayList<>();
    for (int layer = 0; layer < depth; layer++) {
      found.add(new ArrayList<>());
    }
    for (int item = 0; item < itemLayer.size(); item++) {
      found.get(itemLayer.get(item)).add(item);
    }
    layers = new ArrayList<>(found.stream().map(items -> items.stream().mapToInt(Integer::intValue).toArray()).toList());
  }

  private int addItem(int layer) {
    itemLayer.add(layer);
    above.add(new ArrayList<>());
    below.add(new ArrayList<>());
    return itemLayer.size() - 1;
  }

  private void reduceCrossings() {
    List<int[]> best = copy(layers);
    long fewest = crossings();
    for (int sweep = 0; sweep < ORDER_SWEEPS && fewest > 0; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 1; i < layers.size(); i++) {
        sort(down ? i : layers.size() - 1 - i, down ? above : below);
      }
      long now = crossings();
      if (now < fewest) {
        fewest = now;
        best = copy(layers);
      }
    }
    layers = best;
  }

  private void sort(int layer, List<List<Integer>> neighbours) {
    int[] position = positions();
    int[] items = layers.get(layer);
    double[] key = new double[itemLayer.size()];
    for (int item : items) {
      List<Integer> near = neighbours.get(item);
      key[item] = near.isEmpty() ? position[item] : near.stream().mapToInt(other -> position[other]).average().orElse(0);
    }
    Integer[] sorted = Arrays.stream(items).boxed().toArray(Integer[]::new);
    Arrays.sort(sorted, Comparator.comparingDouble((Integer item) -> key[item]).thenComparingInt(item -> position[item]));
    layers.set(layer, Arrays.stream(sorted).mapToInt(Integer::intValue).toArray());
  }

  private int[] positions() {
    int[] position = new int[itemLayer.size()];
    for (int[] items : layers) {
      for (int i = 0; i < items.length; i++) {
        position[items[i]] = i;
      }
    }
    return position;
  }

  /** Number of pairs of edges between neighbouring layers that cross, by counting inversions in a tree. */
  private long crossings() {
    int[] position = positions();
    long count = 0;
    for (int layer = 1; layer < layers.size(); layer++) {
      int[] tree = new int[layers.get(layer).length + 1];
      int seen = 0;
      for (int item : layers.get(layer - 1)) {
        int[] ends = below.get(item).stream().mapToInt(other -> position[other]).sorted().toArray();
        for (int end : ends) {
          int notAfter = 0;
          for (int i = end + 1; i > 0; i -= i & -i) {
            notAfter += tree[i];
          }
          count += seen - notAfter;
        }
        for (int end : ends) {
          for (int i = end + 1; i < tree.length; i += i & -i) {
            tree[i]++;
          }
          seen++;
        }
      }
    }
    return count;
  }

  private static List<int[]> copy(List<int[]> layers) {
    return new ArrayList<>(layers.stream().map(int[]::clone).toList());
  }

  private double width(int item) {
    return item < vertices ? widths[item] : 0;
  }

  private double distance(int left, int right) {
    double gap = left < vertices && right < vertices ? VERTEX_GAP : DUMMY_GAP;
    return (width(left) + width(right)) / 2 + gap;
  }

  private Placement placement() {
    double left = 0;
    double right = 0;
    for (int item = 0; item < centre.length; item++) {
      left = Math.min(left, centre[item] - width(item) / 2);
      right = Math.max(right, centre[item] + width(item) / 2);
    }
    double[] top = new double[layers.size() + 1];
    double[] tall = new double[layers.size()];
    for (int layer = 0; layer < layers.size(); layer++) {
      for (int item : layers.get(layer)) {
        tall[layer] = Math.max(tall[layer], item < vertices ? heights[item] : 0);
      }
      top[layer + 1] = top[layer] + tall[layer] + LAYER_GAP;
    }
    List<Box> boxes = new ArrayList<>();
    for (int vertex = 0; vertex < vertices; vertex++) {
      int layer = layerOf[vertex];
      double y = top[layer] + (tall[layer] - heights[vertex]) / 2;
      boxes.add(new Box(centre[vertex] - widths[vertex] / 2 - left, y, widths[vertex], heights[vertex]));
    }
    List<Route> routes = new ArrayList<>();
    for (int e = 0; e < edges.size(); e++) {
      List<Integer> chain = chains.get(e);
      double[] x = new double[2 * chain.size()];
      double[] y = new double[2 * chain.size()];
      for (int i = 0; i < chain.size(); i++) {
        int item = chain.get(i);
        int layer = itemLayer.get(item);
        boolean first = i == 0;
        boolean last = i == chain.size() - 1;
        x[2 * i] = centre[item] - left;
        x[2 * i + 1] = x[2 * i];
        y[2 * i] = first ? boxes.get(item).bottom() : top[layer];
        y[2 * i + 1] = last ? boxes.get(item).y() : top[layer] + tall[layer];
      }
      routes.add(new Route(edges.get(e)[0], edges.get(e)[1], x, y));
    }
    double height = layers.isEmpty() ? 0 : top[layers.size()] - LAYER_GAP;
    return new Placement(boxes, routes, right - left, height);
  }
}
