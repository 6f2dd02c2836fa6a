package io.bitloupe.config;

import io.bitloupe.model.Node;
import java.util.List;

/**
 * A node that can run on codes, with the Relu and Clip nodes that become its clamp.
 *
 * @param node the operator
 * @param fused the Relu and Clip nodes that follow it alone, in order
 * @param role what it does to codes
 * @param operands its data inputs, activations and constants, in the node's order; biases and shape inputs are not among them
 * @param activations those operands that are computed at run time
 * @param weight whether the second operand is a weight that has a choice of its own
 * @param output the tensor that it writes: that of the last fused node
 */
public record IntegerForm(
    Node node, List<Node> fused, Role role, List<String> operands, List<String> activations, boolean weight, String output) {

  /** What an operator does to codes. */
  public enum Role {
    /** Multiplies and accumulates: worth quantizing for its own sake. */
    PRODUCT,
    /** Computes new codes from codes: runs on them where that adds no border to a float island. */
    COMPUTE,
    /** Only passes codes on, and so shares its input's scale. */
    MOVE
  }

  /** Copies the lists. */
  public IntegerForm {
    fused = List.copyOf(fused);
    operands = List.copyOf(operands);
    activations = List.copyOf(activations);
  }
}
