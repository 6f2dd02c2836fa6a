package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says which operators with weights of their own are carried along without being quantizable, and why. */
final class CarriedNotes {

  private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan");
  private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");
  private static final Set<String> WITH_WEIGHTS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN", "Einsum");

  private CarriedNotes() {}

  /** A sentence for each kind of such operators in {@code graph}. */
  static List<String> of(Graph graph) {
    List<String> notes = new ArrayList<>();
    Map<String, Integer> quantized = new TreeMap<>();
    Map<String, Integer> foreign = new TreeMap<>();
    Map<String, Integer> recurrent = new TreeMap<>();
    for (Node node : graph.nodes()) {
      if (isQuantized(node)) {
        quantized.merge(node.opType(), 1, Integer::sum);
      } else if (!node.domain().isEmpty()) {
        foreign.merge(node.domain() + "." + node.opType(), 1, Integer::sum);
      } else if (RECURRENT.contains(node.opType())) {
        recurrent.merge(node.opType(), 1, Integer::sum);
      } else if (CONTROL_FLOW.contains(node.opType())) {
        Map<String, Integer> inside = new TreeMap<>();
        count(node, inside);
        String description = GraphSorter.describe(node);
        notes.add(
            "%s is carried along in floating point%s."
                .formatted(
                    Character.toUpperCase(description.charAt(0)) + description.substring(1),
                    inside.isEmpty() ? "" : " with what it holds (%s)".formatted(list(inside))));
      }
    }
    if (!recurrent.isEmpty()) {
      notes.add("Recurrent operators are carried along in floating point: %s.".formatted(list(recurrent)));
    }
    if (!foreign.isEmpty()) {
      notes.add("Operators of other domains are carried along in floating point: %s.".formatted(list(foreign)));
    }
    if (!quantized.isEmpty()) {
      notes.add("Operators that are quantized already stay as they are: %s.".formatted(list(quantized)));
    }
    return notes;
  }

  private static boolean isQuantized(Node node) {
    String type = node.opType();
    return type.startsWith("QLinear")
        || type.endsWith("Integer")
        || type.endsWith("QuantizeLinear")
        || type.endsWith("DequantizeLinear")
        || !node.domain().isEmpty()
            && (type.startsWith("QGemm") || type.startsWith("QAttention") || type.contains("NBits") || type.contains("Integer"));
  }

  private static void count(Node node, Map<String, Integer> inside) {
    for (Attribute attribute : node.attributes().values()) {
      if (attribute instanceof Attribute.GraphValue(Graph body)) {
        for (Node inner : body.nodes()) {
          if (WITH_WEIGHTS.contains(inner.opType())) {
            inside.merge(inner.opType(), 1, Integer::sum);
          }
          count(inner, inside);
        }
      }
    }
  }

  private static String list(Map<String, Integer> counts) {
    return counts.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", "));
  }
}
