package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses the few operands on which ONNX Runtime 1.29 does not throw but ends the process (integer division faults and reads
 * out of bounds, found by trying). Everything else that is wrong with an operand it reports itself.
 */
public final class NativeHazards {

  private static final Set<String> AXES = Set.of("axis", "batch_dims", "stash_type", "batch_axis", "time_axis");
  private static final int HIGHEST_RANK = 64;
  private static final int MOST_DILATED = 1 << 16;

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
      node.attributes().forEach((name, value) -> refuseAxis(node, name, value));
      if (node.intAttribute("num_scan_inputs", 0) > node.inputs().size()) {
        throw refused(node, "claims to scan %d inputs".formatted(node.intAttribute("num_scan_inputs", 0)));
      }
      if (node.opType().startsWith("RandomUniform") && !(node.floatAttribute("low", 0) <= node.floatAttribute("high", 1))) {
        throw refused(node, "has a range without numbers");
      }
      if (node.is("Resize") && node.input(2).map(constants::get).filter(scales -> scales.shape().rank() != 1).isPresent()) {
        throw refused(node, "has scales that are no list");
      }
      if (node.is("Conv") || node.is("ConvTranspose")) {
        refuseOtherKernel(node, constants);
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

  /** A kernel shape that is not that of the weights gives negative sizes before anybody compares the two. */
  private static void refuseOtherKernel(Node node, Map<String, Tensor> constants) {
    Optional<Tensor> weight = node.input(1).map(constants::get);
    if (weight.isPresent() && node.attributes().get("kernel_shape") instanceof Attribute.Ints(List<Long> kernel)) {
      int[] shape = weight.get().shape().toArray();
      boolean same = shape.length == kernel.size() + 2;
      for (int i = 0; same && i < kernel.size(); i++) {
        same = kernel.get(i) == shape[i + 2];
      }
      if (!same) {
        throw refused(node, "has weights of shape %s, but the kernel shape %s".formatted(weight.get().shape(), kernel));
      }
    }
  }

  /** An axis beyond every rank is sometimes used as an index unseen, and a window beyond every picture gives negative sizes. */
  private static void refuseAxis(Node node, String name, Attribute value) {
    if (name.equals("dilations")
        && value instanceof Attribute.Ints(List<Long> dilations)
        && dilations.stream().anyMatch(d -> d > MOST_DILATED)) {
      throw refused(node, "has the impossible dilations %s".formatted(dilations));
    }
    if (AXES.contains(name) && value instanceof Attribute.IntValue(long axis) && Math.abs(axis / 2) > HIGHEST_RANK / 2) {
      throw refused(node, "has the impossible %s %d".formatted(name, axis));
    }
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
