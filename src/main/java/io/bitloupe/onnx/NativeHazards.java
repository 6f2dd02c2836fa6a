package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses the few operands on which ONNX Runtime 1.29 does not throw but ends the process (integer division faults and reads
 * out of bounds, found by trying). Everything else that is wrong with an operand it reports itself.
 */
public final class NativeHazards {

  private NativeHazards() {}

  /**
   * Checks {@code graph} and the bodies in it.
   *
   * @throws InvalidModelException naming the node
   */
  public static void check(Graph graph) {
    check(graph, Map.of());
  }

  private static void check(Graph graph, Map<String, Tensor> outer) {
    Map<String, Tensor> constants = new HashMap<>(outer);
    constants.putAll(graph.initializers());
    for (Node node : graph.nodes()) {
      if (node.is("Constant")) {
        constant(node).ifPresent(value -> constants.put(node.output(), value));
      }
      for (Attribute attribute : node.attributes().values()) {
        if (attribute instanceof Attribute.GraphValue(Graph body)) {
          check(body, constants);
        }
      }
      if (node.intAttribute("group", 1) < 1) {
        throw refused(node, "has %d groups".formatted(node.intAttribute("group", 1)));
      }
      if (node.is("Div") || node.is("Mod")) {
        refuseLeast(node, constants);
      } else if (node.is("STFT")) {
        refuseBelow(node, 1, 1, constants);
        refuseBelow(node, 3, 1, constants);
      } else if (node.is("Trilu")) {
        refuseBelow(node, 1, Integer.MIN_VALUE, constants);
      }
    }
  }

  private static Optional<Tensor> constant(Node node) {
    return switch (node.attributes().get("value")) {
      case Attribute.TensorValue(Tensor value) -> Optional.of(value);
      case null, default ->
          node.attributes().get("value_int") instanceof Attribute.IntValue(long value)
              ? Optional.of(Tensor.ofLongs(Shape.scalar(), value))
              : Optional.empty();
    };
  }

  /** The least integer divided by -1 has no result in its type, and the processor faults. */
  private static void refuseLeast(Node node, Map<String, Tensor> constants) {
    Optional<Tensor> dividend = node.input(0).map(constants::get);
    if (dividend.isEmpty() || dividend.get().type() != DataType.INT64 && dividend.get().type() != DataType.INT32) {
      return;
    }
    long least = dividend.get().type() == DataType.INT64 ? Long.MIN_VALUE : Integer.MIN_VALUE;
    for (long value : dividend.get().integers()) {
      if (value == least) {
        throw refused(node, "divides %d, which has no negative".formatted(least));
      }
    }
  }

  private static void refuseBelow(Node node, int input, long least, Map<String, Tensor> constants) {
    Optional<Tensor> value = node.input(input).map(constants::get);
    if (value.isPresent() && !value.get().type().isFloatingPoint() && value.get().type() != DataType.STRING && value.get().elements() > 0) {
      long first = value.get().integers()[0];
      if (first < least) {
        throw refused(node, "is given the impossible operand %d".formatted(first));
      }
    }
  }

  private static InvalidModelException refused(Node node, String what) {
    return new InvalidModelException("%s %s".formatted(GraphSorter.describe(node), what));
  }
}
