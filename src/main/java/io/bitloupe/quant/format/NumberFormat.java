package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;

/** A number format of weights. Encoding is deterministic: equal weights always get equal codes. */
public sealed interface NumberFormat
    permits Uniform, AllocatedBits, ScaledGrid, SharedWeights, BinaryCode, Ternary, ProductCode, FloatZero {

  /** Bits of one code, scales and codebooks not counted. */
  double codeBits();

  /** The granularity that it is meant for. */
  Granularity usualGranularity();

  /**
   * Encodes weights.
   *
   * @param weights finite, row-major
   * @param axis axis that counts output channels
   * @param granularity which weights share a scale or a codebook
   * @throws IllegalArgumentException when the shape does not fit the weights
   */
  Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity);

  /** The groups of {@code weights}, checked. */
  static ScaleGroups groups(float[] weights, Shape shape, int axis, Granularity granularity) {
    if (weights.length != shape.elements()) {
      throw new IllegalArgumentException(weights.length + " weights for the shape " + shape);
    }
    return ScaleGroups.of(shape, axis, granularity);
  }
}
