package io.bitloupe.exec.integer;

import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import java.util.List;
import java.util.Map;

/** The real bounds that Relu and Clip nodes set. */
final class Clamps {

  private Clamps() {}

  /** The lower bound of a stretch of nodes; minus infinity where they set none. */
  static float lower(List<Node> nodes, Map<String, Tensor> constants) {
    float bound = Float.NEGATIVE_INFINITY;
    for (Node node : nodes) {
      if (node.is("Relu")) {
        bound = Math.max(bound, 0);
      } else if (node.is("Clip")) {
        bound = Math.max(bound, clip(node, 1, "min", Float.NEGATIVE_INFINITY, constants));
      }
    }
    return bound;
  }

  /** The upper bound of a stretch of nodes; infinity where they set none. */
  static float upper(List<Node> nodes, Map<String, Tensor> constants) {
    float bound = Float.POSITIVE_INFINITY;
    for (Node node : nodes) {
      if (node.is("Clip")) {
        bound = Math.min(bound, clip(node, 2, "max", Float.POSITIVE_INFINITY, constants));
      }
    }
    return bound;
  }

  /** The code of a bound, kept within other codes. */
  static int code(float bound, Affine affine, int least, int greatest) {
    return affine.quantize(bound, least, greatest);
  }

  private static float clip(Node node, int input, String attribute, float absent, Map<String, Tensor> constants) {
    if (node.input(input).isEmpty()) {
      return node.floatAttribute(attribute, absent);
    }
    Tensor bound = constants.get(node.input(input).get());
    if (bound == null) {
      throw new IllegalArgumentException("the bounds of " + node.output() + " are not constant");
    }
    return bound.floats()[0];
  }
}
