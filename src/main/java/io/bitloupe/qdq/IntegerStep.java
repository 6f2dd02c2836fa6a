package io.bitloupe.qdq;

import io.bitloupe.model.Node;
import java.util.List;
import java.util.Optional;

/**
 * A node that runs on codes, with the clamp that follows it.
 *
 * @param name unique name for people
 * @param node the operator, its attributes giving geometry; its own inputs are superseded by {@code operands}
 * @param fused nodes that became the clamp (Relu, Clip), in order
 * @param operands what it reads, in the order of the node's data inputs
 * @param bias for Conv and Gemm
 * @param output tensor that it writes (the fused clamp's output); its parameters are in the lowered graph
 * @param codeMin least output code: the format's, or the code of the fused clamp's lower bound
 * @param codeMax greatest output code, likewise
 */
public record IntegerStep(
    String name,
    Node node,
    List<Node> fused,
    List<Operand> operands,
    Optional<QuantizedBias> bias,
    String output,
    int codeMin,
    int codeMax)
    implements Step {

  /** Copies the lists. */
  public IntegerStep {
    fused = List.copyOf(fused);
    operands = List.copyOf(operands);
  }

  /** Names of the activations that it reads. */
  public List<String> inputs() {
    return operands.stream()
        .filter(Operand.Activation.class::isInstance)
        .map(operand -> ((Operand.Activation) operand).tensor())
        .toList();
  }
}
