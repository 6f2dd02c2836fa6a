package io.bitloupe.lint;

import io.bitloupe.exec.Fusion;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What ONNX Runtime made of a file, by the graph that it wrote. */
final class OptimizedGraph {

  private static final Pattern RENAMED = Pattern.compile("_token_\\d+$");

  private final Map<String, Node> byName = new HashMap<>();
  private final Set<String> codes = new HashSet<>();

  OptimizedGraph(Graph exported) {
    Graph graph = Fusion.optimized(exported);
    graph.initializers().forEach((name, value) -> {
      if (isCode(value)) {
        codes.add(name);
      }
    });
    for (Node node : graph.nodes()) {
      byName.putIfAbsent(RENAMED.matcher(node.name()).replaceFirst(""), node);
      byName.put(node.name(), node);
      boolean readsCodes = !node.inputs().isEmpty() && codes.contains(node.inputs().getFirst());
      boolean writesFloat =
          node.opType().equals("DequantizeLinear")
              || node.opType().endsWith("ToFloat")
              || node.opType().equals("MatMulNBits");
      if (node.opType().equals("QuantizeLinear") || (readsCodes && !writesFloat)) {
        codes.addAll(node.outputs());
      }
    }
    graph.inputs().stream().filter(input -> input.type().bits() == 8).forEach(input -> codes.add(input.name()));
  }

  private static boolean isCode(Tensor value) {
    return value.type().bits() <= 8;
  }

  /** Whether an integer kernel runs the node; empty when it was merged into another one or folded. */
  Optional<Boolean> runsOnIntegers(String name) {
    return Optional.ofNullable(byName.get(name))
        .map(node -> node.opType().equals("MatMulNBits") || node.inputs().stream().anyMatch(codes::contains));
  }

  String operator(String name) {
    return Optional.ofNullable(byName.get(name)).map(Node::opType).orElse("");
  }

  String describe() {
    return byName.values().stream().map(node -> node.opType() + " " + node.name()).distinct().toList().toString();
  }
}
