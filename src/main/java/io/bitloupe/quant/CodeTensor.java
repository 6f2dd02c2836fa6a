package io.bitloupe.quant;

import io.bitloupe.model.Shape;

/**
 * A quantized tensor.
 *
 * @param shape dimensions, outermost first, row-major
 * @param params what the codes mean
 * @param codes one for each element
 */
public record CodeTensor(Shape shape, QuantParams params, Codes codes) {
  /** Checks that there is a code for each element. */
  public CodeTensor {
    if (codes.length() != shape.elements()) {
      throw new IllegalArgumentException(codes.length() + " codes for the shape " + shape);
    }
  }
}
