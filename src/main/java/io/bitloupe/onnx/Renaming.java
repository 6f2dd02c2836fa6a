package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.ValueInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lets nodes read other tensors, the bodies of control-flow operators included. */
public final class Renaming {

  private Renaming() {}

  /** {@code node} reading, for each key of {@code names}, its value instead. */
  public static Node apply(Node node, Map<String, String> names) {
    if (names.isEmpty()) {
      return node;
    }
    List<String> inputs = node.inputs().stream().map(input -> names.getOrDefault(input, input)).toList();
    if (node.attributes().values().stream().noneMatch(Attribute.GraphValue.class::isInstance)) {
      return inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
    }
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.replaceAll(
        (_, value) -> value instanceof Attribute.GraphValue(Graph body) ? new Attribute.GraphValue(apply(body, names)) : value);
    return new Node(node.name(), node.opType(), node.domain(), inputs, node.outputs(), attributes);
  }

  private static Graph apply(Graph body, Map<String, String> outer) {
    Map<String, String> names = new HashMap<>(outer);
    names.keySet().removeAll(body.initializers().keySet());
    body.inputs().forEach(input -> names.remove(input.name()));
    body.nodes().forEach(node -> names.keySet().removeAll(node.outputs()));
    List<Node> nodes = body.nodes().stream().map(node -> apply(node, names)).toList();
    List<ValueInfo> outputs =
        body.outputs().stream()
            .map(output -> new ValueInfo(
                names.getOrDefault(output.name(), output.name()), output.type(), output.dimensions(), output.ranked()))
            .toList();
    return new Graph(body.name(), body.inputs(), outputs, nodes, body.initializers(), body.opsets(), body.metadata());
  }
}
