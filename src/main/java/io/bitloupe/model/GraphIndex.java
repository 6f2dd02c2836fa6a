package io.bitloupe.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who writes and who reads each tensor of a graph, subgraph bodies included as readers. */
public final class GraphIndex {

  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, List<Node>> consumers = new HashMap<>();
  private final Set<String> graphOutputs = new HashSet<>();

  /** Indexes {@code graph}. */
  public GraphIndex(Graph graph) {
    for (Node node : graph.nodes()) {
      node.outputs().stream().filter(output -> !output.isEmpty()).forEach(output -> producers.put(output, node));
      for (String input : inputsWithCaptured(node)) {
        consumers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
      }
    }
    graph.outputs().forEach(output -> graphOutputs.add(output.name()));
  }

  /** The node that writes {@code tensor}; empty for inputs and constants. */
  public Optional<Node> producer(String tensor) {
    return Optional.ofNullable(producers.get(tensor));
  }

  /** The nodes that read {@code tensor}, each once per use. */
  public List<Node> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  /** The one reader of {@code tensor} when there is exactly one and the tensor is no result of the graph. */
  public Optional<Node> onlyConsumer(String tensor) {
    List<Node> readers = consumers(tensor);
    return readers.size() == 1 && !graphOutputs.contains(tensor) ? Optional.of(readers.getFirst()) : Optional.empty();
  }

  /** Whether {@code tensor} is a result of the graph. */
  public boolean isOutput(String tensor) {
    return graphOutputs.contains(tensor);
  }

  /** A node's inputs together with what the bodies of a control-flow operator read from outside. */
  public static List<String> inputsWithCaptured(Node node) {
    List<String> names = new ArrayList<>(node.inputs().stream().filter(input -> !input.isEmpty()).toList());
    for (Attribute attribute : node.attributes().values()) {
      if (attribute instanceof Attribute.GraphValue(Graph body)) {
        names.addAll(captured(body));
      }
    }
    return names;
  }

  private static Set<String> captured(Graph body) {
    Set<String> local = new HashSet<>(body.initializers().keySet());
    body.inputs().forEach(input -> local.add(input.name()));
    Set<String> outside = new HashSet<>();
    for (Node node : body.nodes()) {
      for (String input : inputsWithCaptured(node)) {
        if (!local.contains(input)) {
          outside.add(input);
        }
      }
      local.addAll(node.outputs());
    }
    body.outputs().stream().map(ValueInfo::name).filter(name -> !local.contains(name)).forEach(outside::add);
    return outside;
  }
}
