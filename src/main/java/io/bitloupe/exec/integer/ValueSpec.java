package io.bitloupe.exec.integer;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;

/**
 * What a plan knows of a quantized tensor.
 *
 * @param tensor name in the graph
 * @param shape shape for one sample
 * @param layout order in memory
 * @param params format, scale and zero-point; of a dynamic tensor only the format counts
 * @param dynamic whether scale and zero-point are found for each sample at run time
 */
record ValueSpec(String tensor, Shape shape, Layout layout, QuantParams params, boolean dynamic) {

  /** Codes of one sample. */
  int elements() {
    return Math.toIntExact(shape.elements());
  }

  /** Range of the codes. */
  IntegerFormat format() {
    return params.format();
  }

  /** The scale and zero-point of all samples; not for dynamic tensors. */
  Affine affine() {
    if (dynamic) {
      throw new IllegalStateException(tensor + " has a scale of its own for each sample");
    }
    return params.single();
  }

  /** Whether the container is signed. */
  boolean signed() {
    return params.format().signed();
  }

  /** Whether the container has 16 bits. */
  boolean wide() {
    return params.format().containerBits() == Short.SIZE;
  }

  /** Whether the fast path can take it: 8-bit container, parameters known beforehand. */
  boolean fast() {
    return !dynamic && !wide();
  }

  /** The dimensions in memory order. */
  int[] dimensions() {
    return layout.dimensions(shape);
  }
}
