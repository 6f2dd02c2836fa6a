package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a node's geometry out, so that who runs it need not know every default. */
final class NormalNode {

  private NormalNode() {}

  /** {@code node} with explicit kernel, strides and pads (Conv and pooling) and without alpha and beta (Gemm). */
  static Node of(Node node, Model model) {
    return switch (node.opType()) {
      case "Conv" -> window(node, model, model.graph().constant(node.inputs().get(1)).shape());
      case "MaxPool", "AveragePool" -> window(node, model, Shape.scalar());
      case "Gemm" -> without(node, "alpha", "beta");
      default -> node;
    };
  }

  private static Node window(Node node, Model model, Shape weights) {
    Shape input = model.tensor(node.inputs().getFirst()).shape();
    Shape output = model.tensor(node.output()).shape();
    int spatial = input.rank() - 2;
    int[] kernel = new int[spatial];
    int[] given = node.intsAttribute("kernel_shape");
    for (int i = 0; i < spatial; i++) {
      kernel[i] = given.length > 0 ? given[i] : weights.dim(i + 2);
    }
    int[] strides = orOnes(node.intsAttribute("strides"), spatial);
    int[] dilations = orOnes(node.intsAttribute("dilations"), spatial);
    int[] pads = node.intsAttribute("pads", new int[2 * spatial]);
    String auto = node.stringAttribute("auto_pad", "NOTSET");
    if (auto.startsWith("SAME")) {
      for (int i = 0; i < spatial; i++) {
        int reach = (kernel[i] - 1) * dilations[i] + 1;
        int total = Math.max(0, (output.dim(i + 2) - 1) * strides[i] + reach - input.dim(i + 2));
        pads[i] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        pads[i + spatial] = total - pads[i];
      }
    } else if (auto.equals("VALID")) {
      pads = new int[2 * spatial];
    }
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.remove("auto_pad");
    attributes.put("kernel_shape", ints(kernel));
    attributes.put("strides", ints(strides));
    attributes.put("pads", ints(pads));
    if (attributes.containsKey("dilations") || node.opType().equals("Conv")) {
      attributes.put("dilations", ints(dilations));
    }
    return new Node(node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), attributes);
  }

  private static Node without(Node node, String... names) {
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.keySet().removeAll(List.of(names));
    return new Node(node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), attributes);
  }

  private static int[] orOnes(int[] values, int count) {
    if (values.length > 0) {
      return values;
    }
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Attribute ints(int[] values) {
    List<Long> longs = new ArrayList<>();
    for (int value : values) {
      longs.add((long) value);
    }
    return new Attribute.Ints(longs);
  }
}
