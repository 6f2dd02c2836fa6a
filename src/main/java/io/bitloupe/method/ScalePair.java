package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two layers such that the output channels of the first reach the second and nobody else, through operators that commute with a
 * positive factor for each channel (Nagel et al. 2019, 4.1).
 *
 * @param first the layer whose output channels are scaled down
 * @param second the layer whose input channels are scaled up
 * @param between the operators between them, in order
 */
record ScalePair(Layer first, Layer second, List<Node> between) {

  private static final Set<String> HOMOGENEOUS =
      Set.of("Relu", "LeakyRelu", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Flatten", "Dropout", "Identity");

  /** Copies the list. */
  ScalePair {
    between = List.copyOf(between);
  }

  /** The clamps between the layers that a factor does not commute with. */
  List<Node> clamps() {
    return between.stream().filter(node -> node.is("Clip")).toList();
  }

  /** Whether a Relu stands between the layers, or a Clip from 0 on. */
  boolean isRectified(Graph graph) {
    return between.stream().anyMatch(node -> node.is("Relu") || isReluLike(node, graph));
  }

  /** The pairs among {@code layers}, in the order of the graph. */
  static List<ScalePair> find(Graph graph, List<Layer> layers) {
    GraphIndex index = new GraphIndex(graph);
    Map<String, Layer> byOutput = new HashMap<>();
    layers.forEach(layer -> byOutput.put(layer.node().output(), layer));
    List<ScalePair> pairs = new ArrayList<>();
    for (Layer layer : layers) {
      next(graph, index, byOutput, layer).ifPresent(pairs::add);
    }
    return pairs;
  }

  private static Optional<ScalePair> next(Graph graph, GraphIndex index, Map<String, Layer> layers, Layer first) {
    List<Node> between = new ArrayList<>();
    String tensor = first.node().output();
    while (true) {
      Optional<Node> reader = index.onlyConsumer(tensor);
      if (reader.isEmpty()) {
        return Optional.empty();
      }
      Node node = reader.get();
      Layer second = layers.get(node.output());
      if (second != null && node.inputs().getFirst().equals(tensor)) {
        return Optional.of(new ScalePair(first, second, between)).filter(ScalePair::fits);
      }
      boolean passes = node.inputs().getFirst().equals(tensor) && (isHomogeneous(node) || isReluLike(node, graph));
      if (!passes) {
        return Optional.empty();
      }
      between.add(node);
      tensor = node.output();
    }
  }

  private static boolean isHomogeneous(Node node) {
    return HOMOGENEOUS.stream().anyMatch(node::is) && (!node.is("Flatten") || node.intAttribute("axis", 1) == 1);
  }

  /** Whether {@code node} is a Clip from 0 to a positive bound, such as ReLU6. */
  static boolean isReluLike(Node node, Graph graph) {
    return node.is("Clip") && bound(node, 1, graph, -Float.MAX_VALUE) == 0 && bound(node, 2, graph, Float.MAX_VALUE) > 0;
  }

  /** A bound of a Clip. */
  static float bound(Node clip, int input, Graph graph, float standard) {
    return clip.input(input).flatMap(graph::findConstant).map(value -> value.floats()[0]).orElse(standard);
  }

  /** A Flatten repeats each channel for every place; a convolution's channels must meet the next one's one to one. */
  private boolean fits() {
    WeightLayout to = WeightLayout.of(second);
    int from = WeightLayout.of(first).outputs();
    boolean matrix = second.kind() == LayerKind.GEMM || second.kind() == LayerKind.MATMUL;
    boolean flattened = between.stream().anyMatch(node -> node.is("Flatten"));
    boolean ownMatrix = first.kind() == LayerKind.GEMM || first.kind() == LayerKind.MATMUL;
    return to.inputs() == from ? !matrix || flattened || ownMatrix : matrix && flattened && to.inputs() % from == 0;
  }

  /** Channel of the first layer that the input {@code input} of the second one comes from. */
  int channel(int input) {
    return input / (WeightLayout.of(second).inputs() / WeightLayout.of(first).outputs());
  }
}
