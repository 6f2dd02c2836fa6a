package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the values of attentions as linear regions: a product writes them, reshapes and transposes hand each head its channels,
 * the attention weights mix places but not channels, and a product reads what comes back together.
 */
final class AttentionValues {

  private static final Set<String> MOVES = Set.of("Reshape", "Transpose");

  private AttentionValues() {}

  /** The regions of {@code subject}, in the order of the graph. */
  static List<LinearRegion> find(Subject subject) {
    Graph graph = subject.model().graph();
    GraphIndex index = new GraphIndex(graph);
    Map<String, Layer> layers = new HashMap<>();
    subject.layers().forEach(layer -> layers.put(layer.node().output(), layer));
    List<LinearRegion> regions = new ArrayList<>();
    for (Layer layer : subject.layers()) {
      if (layer.kind() == LayerKind.MATMUL) {
        from(subject, graph, index, layers, layer).ifPresent(regions::add);
      }
    }
    return regions;
  }

  private static Optional<LinearRegion> from(
      Subject subject, Graph graph, GraphIndex index, Map<String, Layer> layers, Layer writer) {
    Set<String> tensors = new LinkedHashSet<>();
    Set<String> biases = new LinkedHashSet<>();
    int channels = WeightLayout.of(writer).outputs();
    int head = 0;
    String tensor = writer.node().output();
    while (true) {
      tensors.add(tensor);
      Optional<Node> reader = index.onlyConsumer(tensor);
      if (reader.isEmpty()) {
        return Optional.empty();
      }
      Node node = reader.get();
      Layer layer = layers.get(node.output());
      if (layer != null) {
        boolean whole = head > 0 && layer.input().equals(tensor) && WeightLayout.of(layer).inputs() == channels;
        return whole
            ? Optional.of(new LinearRegion(tensors, List.of(writer), List.of(layer), biases, channels, head))
            : Optional.empty();
      }
      if (node.is("MatMul") && node.inputs().get(1).equals(tensor)) {
        // Attention weights on the left: the last axis must hold the channels of a head here.
        head = last(subject, tensor);
        if (head <= 0 || channels % head != 0 || !keepsLast(subject, index, tensor)) {
          return Optional.empty();
        }
      } else if (node.is("Add") && head == 0) {
        Optional<String> bias = node.inputs().stream().filter(graph::isConstant).findFirst();
        if (bias.isEmpty() || graph.constant(bias.get()).elements() != channels || index.consumers(bias.get()).size() != 1) {
          return Optional.empty();
        }
        biases.add(bias.get());
      } else if (MOVES.stream().noneMatch(node::is) || !node.inputs().getFirst().equals(tensor)) {
        return Optional.empty();
      } else if (node.is("Transpose") && !lastStays(node)) {
        return Optional.empty();
      }
      tensor = node.output();
    }
  }

  private static boolean lastStays(Node transpose) {
    int[] axes = transpose.intsAttribute("perm");
    return axes.length > 0 && axes[axes.length - 1] == axes.length - 1;
  }

  /** Whether the axis before the last two counts the heads, so that the channels of a head are neighbours. */
  private static boolean keepsLast(Subject subject, GraphIndex index, String tensor) {
    return index.producer(tensor).isPresent() && shape(subject, tensor).map(Shape::rank).orElse(0) >= 3;
  }

  private static int last(Subject subject, String tensor) {
    return shape(subject, tensor).filter(shape -> shape.rank() >= 3).map(shape -> shape.dim(-1)).orElse(0);
  }

  private static Optional<Shape> shape(Subject subject, String tensor) {
    return Optional.ofNullable(subject.model().tensors().get(tensor)).map(TensorInfo::shape);
  }
}
