package io.bitloupe.qdq;

import io.bitloupe.model.Node;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gives steps names that people recognize. Names are unique within one object. */
final class IslandNames {

  private static final int MOST_OPERATORS = 3;

  private final Set<String> taken = new HashSet<>();

  /** {@code name}, with a number behind it when it is taken. */
  String unique(String name) {
    String free = name;
    for (int number = 2; !taken.add(free); number++) {
      free = name + " " + number;
    }
    return free;
  }

  /** A name for an island of {@code nodes}. */
  String island(List<Node> nodes) {
    return unique(describe(nodes));
  }

  private static String describe(List<Node> nodes) {
    Set<String> operators = new LinkedHashSet<>();
    nodes.forEach(node -> operators.add(node.opType()));
    if (operators.contains("Softmax") && Set.of("Softmax", "Div", "Mul", "Add", "Where").containsAll(operators)) {
      return "Softmax";
    }
    if (operators.contains("Erf") && Set.of("Erf", "Div", "Mul", "Add").containsAll(operators)) {
      return "Gelu";
    }
    if (operators.containsAll(Set.of("ReduceMean", "Sub", "Sqrt"))
        && Set.of("ReduceMean", "Sub", "Sqrt", "Pow", "Mul", "Add", "Div").containsAll(operators)) {
      return "LayerNormalization";
    }
    List<String> first = operators.stream().limit(MOST_OPERATORS).toList();
    String joined = String.join(" + ", first);
    return operators.size() > first.size() ? joined + " + " + (operators.size() - first.size()) + " more" : joined;
  }
}
