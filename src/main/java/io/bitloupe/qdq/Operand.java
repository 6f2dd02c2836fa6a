package io.bitloupe.qdq;

import io.bitloupe.quant.CodeTensor;

/** An operand of an integer step. */
public sealed interface Operand {

  /** A quantized tensor that is computed at run time. */
  record Activation(String tensor) implements Operand {}

  /**
   * Quantized weights, or another quantized constant.
   *
   * @param tensor initializer name
   * @param value codes in the layout of the node
   */
  record Constant(String tensor, CodeTensor value) implements Operand {}
}
