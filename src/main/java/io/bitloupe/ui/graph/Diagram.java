package io.bitloupe.ui.graph;

import io.bitloupe.model.Layer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is drawn of a network: its operators, or in their place the blocks that are folded.
 *
 * @param network the network
 * @param vertices what is drawn, in topological order
 * @param edges pairs of positions among the vertices
 * @param frames blocks that are open
 */
record Diagram(Network network, List<Vertex> vertices, List<int[]> edges, List<Frame> frames) {
  private static final double LAYER_WIDTH = 156;
  private static final double LAYER_HEIGHT = 40;
  private static final double SMALL_WIDTH = 92;
  private static final double SMALL_HEIGHT = 24;
  private static final double BLOCK_WIDTH = 200;
  private static final double BLOCK_HEIGHT = 62;

  /**
   * A box of the drawing: one operator, or a folded block.
   *
   * @param first position of its first operator
   * @param last position of its last operator
   * @param block the block that is folded
   */
  record Vertex(int first, int last, Optional<Network.Block> block) {
    boolean holds(int operator) {
      return operator >= first && operator <= last;
    }
  }

  /**
   * An open block.
   *
   * @param block the block
   * @param first its first vertex
   * @param last its last vertex
   */
  record Frame(Network.Block block, int first, int last) {}

  /** Copies the lists. */
  Diagram {
    vertices = List.copyOf(vertices);
    edges = List.copyOf(edges);
    frames = List.copyOf(frames);
  }

  /** The diagram of {@code network} with {@code folded} blocks folded. */
  static Diagram of(Network network, List<Network.Block> folded) {
    List<Vertex> vertices = new ArrayList<>();
    int[] vertexOf = new int[network.operators().size()];
    int next = 0;
    while (next < vertexOf.length) {
      int at = next;
      Optional<Network.Block> block = folded.stream().filter(it -> it.first() == at).findFirst();
      int last = block.map(Network.Block::last).orElse(at);
      for (int i = at; i <= last; i++) {
        vertexOf[i] = vertices.size();
      }
      vertices.add(new Vertex(at, last, block));
      next = last + 1;
    }
    Set<List<Integer>> pairs = new LinkedHashSet<>();
    for (int[] edge : network.edges()) {
      int from = vertexOf[edge[0]];
      int to = vertexOf[edge[1]];
      if (from != to) {
        pairs.add(List.of(from, to));
      }
    }
    List<Frame> frames = new ArrayList<>();
    for (Network.Block block : network.blocks()) {
      if (!folded.contains(block)) {
        frames.add(new Frame(block, vertexOf[block.first()], vertexOf[block.last()]));
      }
    }
    return new Diagram(network, vertices, pairs.stream().map(pair -> new int[] {pair.get(0), pair.get(1)}).toList(), frames);
  }

  /** Width of each vertex. */
  double[] widths() {
    return vertices.stream().mapToDouble(vertex -> vertex.block().isPresent() ? BLOCK_WIDTH : isLayer(vertex) ? LAYER_WIDTH : SMALL_WIDTH)
        .toArray();
  }

  /** Height of each vertex. */
  double[] heights() {
    return vertices.stream().mapToDouble(
        vertex -> vertex.block().isPresent() ? BLOCK_HEIGHT : isLayer(vertex) ? LAYER_HEIGHT : SMALL_HEIGHT).toArray();
  }

  private boolean isLayer(Vertex vertex) {
    return network.operators().get(vertex.first()).layer().isPresent();
  }

  /** The layers in a vertex, in order. */
  List<Layer> layers(Vertex vertex) {
    return network.operators().subList(vertex.first(), vertex.last() + 1).stream().map(Network.Operator::layer).flatMap(Optional::stream)
        .toList();
  }

  /** The vertex that holds the layer with {@code index}. */
  Optional<Integer> vertexOf(int index) {
    for (int i = 0; i < vertices.size(); i++) {
      if (layers(vertices.get(i)).stream().anyMatch(layer -> layer.index() == index)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
