package io.bitloupe.onnx;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Removes nodes and constants that no result depends on. */
public final class DeadCode {

  private DeadCode() {}

  /** {@code graph} with only what its results need; inputs stay. */
  public static Graph remove(Graph graph) {
    Set<String> needed = new HashSet<>();
    graph.outputs().forEach(output -> needed.add(output.name()));
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        kept.add(node);
        needed.addAll(GraphIndex.inputsWithCaptured(node));
      }
    }
    Collections.reverse(kept);
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    constants.keySet().retainAll(needed);
    return graph.with(kept, constants);
  }
}
