package io.bitloupe.ui.graph;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operators of a model, each layer with its fused clamp as one, in topological order.
 *
 * @param operators the operators
 * @param edges pairs of positions, each pair once
 * @param blocks stretches that can be folded, in order, without overlap
 */
public record Network(List<Operator> operators, List<int[]> edges, List<Block> blocks) {

  /**
   * One operator.
   *
   * @param title short name, or the operator where it has none
   * @param node the node
   * @param layer the layer that it is
   * @param outputs tensors that it writes, after the fused clamp
   */
  public record Operator(String title, Node node, Optional<Layer> layer, List<String> outputs) {
    /** Copies the list. */
    public Operator {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * A stretch of operators.
   *
   * @param title its name
   * @param first position of the first operator
   * @param last position of the last
   */
  public record Block(String title, int first, int last) {
    /** Number of operators. */
    public int size() {
      return last - first + 1;
    }
  }

  /** Says what a layer is called. */
  @FunctionalInterface
  interface Names {
    String of(Layer layer);
  }

  /** Copies the lists. */
  public Network {
    operators = List.copyOf(operators);
    edges = List.copyOf(edges);
    blocks = List.copyOf(blocks);
  }

  /** The network of {@code model}. */
  static Network of(Model model, Names names) {
    Map<String, Layer> layers = new HashMap<>();
    model.layers().forEach(layer -> layers.put(layer.node().output(), layer));
    Map<String, Integer> writer = new HashMap<>();
    List<Operator> operators = new ArrayList<>();
    List<List<String>> reads = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      Optional<Integer> host = clampOf(node, writer, operators);
      if (host.isPresent()) {
        node.outputs().forEach(output -> writer.put(output, host.get()));
        continue;
      }
      Optional<Layer> layer = Optional.ofNullable(layers.get(node.output()));
      String title = layer.map(names::of).orElse(node.opType());
      List<String> outputs = layer.map(it -> List.of(node.output(), it.output())).orElse(node.outputs());
      node.outputs().forEach(output -> writer.put(output, operators.size()));
      operators.add(new Operator(title, node, layer, outputs));
      reads.add(node.inputs());
    }
    List<int[]> edges = new ArrayList<>();
    for (int to = 0; to < operators.size(); to++) {
      int target = to;
      reads.get(to).stream().map(writer::get).filter(from -> from != null && from < target).distinct()
          .forEach(from -> edges.add(new int[] {from, target}));
    }
    return new Network(operators, edges, BlockFinder.find(operators, edges));
  }

  /** The layer whose fused clamp {@code node} is. */
  private static Optional<Integer> clampOf(Node node, Map<String, Integer> writer, List<Operator> operators) {
    if (!node.is("Relu") && !node.is("Clip")) {
      return Optional.empty();
    }
    Integer from = writer.get(node.inputs().getFirst());
    return from != null && operators.get(from).layer().filter(layer -> layer.output().equals(node.output())).isPresent()
        ? Optional.of(from)
        : Optional.empty();
  }
}
