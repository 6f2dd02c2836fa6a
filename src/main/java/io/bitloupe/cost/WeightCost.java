package io.bitloupe.cost;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Scheme;

/** Bytes that a tensor of weights takes in a file, everything that is needed to read it counted. */
public final class WeightCost {

  private WeightCost() {}

  /** Bytes of {@code elements} float32 numbers. */
  public static long ofFloat(long elements) {
    return elements * Float.BYTES;
  }

  /**
   * Bytes of {@code elements} codes packed to their width, with a float32 scale for each {@link Affine} and, where the scheme
   * is asymmetric, a zero-point of the code's width for each. Symmetric formats store no zero-point.
   */
  public static long ofQuantized(long elements, QuantParams params) {
    long scales = params.affine().size();
    int bits = params.format().bits();
    long zeroPointBits = params.format().scheme() == Scheme.ASYMMETRIC ? scales * bits : 0;
    return packed(elements * bits) + scales * Float.BYTES + packed(zeroPointBits);
  }

  private static long packed(long bits) {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }
}
