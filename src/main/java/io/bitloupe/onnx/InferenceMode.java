package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns BatchNormalization and Dropout that were exported for training into what they are at inference: the stored statistics
 * are used and nothing is dropped. Only where nobody reads their training-time outputs. Before opset 14 it was the presence of
 * such outputs that meant training.
 */
public final class InferenceMode {

  /**
   * What came out.
   *
   * @param graph the graph for inference
   * @param changed how many nodes were in training mode
   */
  public record Result(Graph graph, int changed) {}

  private InferenceMode() {}

  /** {@code graph} for inference. */
  public static Result apply(Graph graph) {
    GraphIndex index = new GraphIndex(graph);
    List<Node> nodes = new ArrayList<>();
    int changed = 0;
    for (Node node : graph.nodes()) {
      boolean extra =
          node.outputs().stream()
              .skip(1)
              .anyMatch(output -> !output.isEmpty() && (!index.consumers(output).isEmpty() || index.isOutput(output)));
      if (node.is("BatchNormalization") && !extra && (node.intAttribute("training_mode", 0) != 0 || node.outputs().size() > 1)) {
        changed++;
        Map<String, Attribute> attributes = new HashMap<>(node.attributes());
        attributes.remove("training_mode");
        nodes.add(new Node(node.name(), node.opType(), node.domain(), node.inputs(), List.of(node.output()), attributes));
      } else if (node.is("Dropout") && !extra && trains(node, graph, index)) {
        changed++;
        nodes.add(node.withInputs(node.inputs().subList(0, 2)));
      } else {
        nodes.add(node);
      }
    }
    return new Result(graph.with(nodes, graph.initializers()), changed);
  }

  private static boolean trains(Node node, Graph graph, GraphIndex index) {
    return node.input(2)
        .map(
            mode -> {
              Tensor value = graph.initializers().get(mode);
              if (value == null) {
                value =
                    index
                        .producer(mode)
                        .map(constant -> constant.attributes().get("value"))
                        .map(attribute -> attribute instanceof Attribute.TensorValue(Tensor tensor) ? tensor : null)
                        .orElse(null);
              }
              return value != null && value.elements() == 1 && value.integers()[0] != 0;
            })
        .orElse(false);
  }
}
