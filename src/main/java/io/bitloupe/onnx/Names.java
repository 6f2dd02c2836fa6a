package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import java.util.HashSet;
import java.util.Set;

/** Hands out names that no tensor and no node of a graph, the bodies in it included, has yet. */
final class Names {

  private final Set<String> used = new HashSet<>();

  /** Knows the names in {@code graph}. */
  Names(Graph graph) {
    collect(graph);
  }

  /** {@code wish}, or {@code wish_2}, {@code wish_3} ... where that is taken. */
  String fresh(String wish) {
    String name = wish;
    for (int i = 2; !used.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  private void collect(Graph graph) {
    graph.inputs().forEach(input -> used.add(input.name()));
    used.addAll(graph.initializers().keySet());
    for (Node node : graph.nodes()) {
      used.add(node.name());
      used.addAll(node.inputs());
      used.addAll(node.outputs());
      for (Attribute attribute : node.attributes().values()) {
        if (attribute instanceof Attribute.GraphValue(Graph body)) {
          collect(body);
        }
      }
    }
  }
}
