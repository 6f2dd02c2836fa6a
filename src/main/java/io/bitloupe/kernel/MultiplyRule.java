package io.bitloupe.kernel;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;

/** The product of two quantized tensors, as a function of two codes. */
public sealed interface MultiplyRule {

  /** The code of the product. */
  int multiply(int a, int b);

  /** Signedness of containers. */
  AddRule.Signs signs();

  /** The rule of a kind of requantization. */
  static MultiplyRule of(
      Requantization kind, Affine a, Affine b, Affine product, AddRule.Signs signs, int quantMin, int quantMax) {
    if (kind == Requantization.FLOAT_SCALE) {
      float ratio = a.scale() * b.scale() / product.scale();
      return new FloatMultiply(ratio, a.zeroPoint(), b.zeroPoint(), product.zeroPoint(), signs, quantMin, quantMax);
    }
    double[] multiplier = {(double) a.scale() * b.scale() / product.scale()};
    return new IntegerMultiply(
        a.zeroPoint(),
        b.zeroPoint(),
        Requantizer.ofMultipliers(kind, multiplier, product.zeroPoint(), quantMin, quantMax),
        signs);
  }

  /**
   * Float32 in the order in which ONNX Runtime's MLAS computes QLinearMul: {@code rint((a - Za)(b - Zb) * R + Zy)} with
   * {@code R = Sa * Sb / Sy}. The zero-point is added before rounding, so a tie depends on it; so Zy is that of the
   * exported file, which stores signed codes with 128 added.
   *
   * @param ratio R
   * @param zeroPointA Za
   * @param zeroPointB Zb
   * @param zeroPoint Zy
   * @param signs signedness of containers
   * @param quantMin least code
   * @param quantMax greatest code
   */
  record FloatMultiply(
      float ratio, int zeroPointA, int zeroPointB, int zeroPoint, AddRule.Signs signs, int quantMin, int quantMax)
      implements MultiplyRule {

    @Override
    public int multiply(int a, int b) {
      float product = (float) ((a - zeroPointA) * (b - zeroPointB)) * ratio + (zeroPoint + signs.storedOffsetResult());
      return (int) Math.clamp(Math.rint((double) product) - signs.storedOffsetResult(), quantMin, quantMax);
    }
  }

  /**
   * The integer product, requantized like an accumulator.
   *
   * @param zeroPointA Za
   * @param zeroPointB Zb
   * @param requantizer with one channel
   * @param signs signedness of containers
   */
  record IntegerMultiply(int zeroPointA, int zeroPointB, Requantizer requantizer, AddRule.Signs signs)
      implements MultiplyRule {

    @Override
    public int multiply(int a, int b) {
      return requantizer.requantize((a - zeroPointA) * (b - zeroPointB), 0);
    }
  }
}
