package io.bitloupe.method;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts nodes before nodes of a graph, and constants beside its own. */
final class GraphEdit {

  private final Graph graph;
  private final Set<String> taken = new HashSet<>();
  private final Map<Node, Node> replaced = new HashMap<>();
  private final Map<Node, List<Node>> before = new HashMap<>();
  private final Map<Node, List<Node>> after = new HashMap<>();
  private final Map<String, Tensor> constants;

  GraphEdit(Graph graph) {
    this.graph = graph;
    constants = new LinkedHashMap<>(graph.initializers());
    taken.addAll(constants.keySet());
    graph.inputs().forEach(input -> taken.add(input.name()));
    for (Node node : graph.nodes()) {
      taken.addAll(node.outputs());
      taken.addAll(GraphIndex.inputsWithCaptured(node));
    }
  }

  /** A tensor name like {@code wanted} that nothing has. */
  String fresh(String wanted) {
    String free = wanted;
    for (int number = 1; !taken.add(free); number++) {
      free = wanted + "_" + number;
    }
    return free;
  }

  /** Adds a constant under a name like {@code wanted}. */
  String constant(String wanted, Tensor value) {
    String name = fresh(wanted);
    constants.put(name, value);
    return name;
  }

  /** Adds a constant of int64 numbers. */
  String indices(String wanted, long... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      data.putLong(value);
    }
    return constant(wanted, new Tensor(DataType.INT64, Shape.of(values.length), data.flip()));
  }

  /** Gives the constant {@code name} another value, perhaps of another shape. */
  void set(String name, Tensor value) {
    constants.put(name, value);
  }

  /** Adds a node before {@code anchor}; returns its output, named like {@code wanted}. */
  String before(Node anchor, String wanted, String opType, List<String> inputs, Map<String, Attribute> attributes) {
    String output = fresh(wanted);
    before.computeIfAbsent(anchor, _ -> new ArrayList<>()).add(Node.of(output, opType, inputs, List.of(output), attributes));
    return output;
  }

  /** Adds a node behind {@code anchor} that writes {@code output}. */
  void after(Node anchor, String opType, List<String> inputs, String output, Map<String, Attribute> attributes) {
    after.computeIfAbsent(anchor, _ -> new ArrayList<>()).add(Node.of(output + "_" + opType, opType, inputs, List.of(output), attributes));
  }

  /** Puts {@code other} in the place of {@code node}. */
  void replace(Node node, Node other) {
    replaced.put(node, other);
  }

  /** The graph with the changes. */
  Graph result() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.addAll(before.getOrDefault(node, List.of()));
      nodes.add(replaced.getOrDefault(node, node));
      nodes.addAll(after.getOrDefault(node, List.of()));
    }
    return graph.with(nodes, constants);
  }

  /** {@code node} reading {@code input} first. */
  static Node withFirst(Node node, String input) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.set(0, input);
    return node.withInputs(inputs);
  }
}
