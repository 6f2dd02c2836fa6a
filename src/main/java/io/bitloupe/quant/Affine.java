package io.bitloupe.quant;

/**
 * One scale and one zero-point: {@code q = clamp(rint(r / S) + Z, qmin, qmax)}, {@code r' = S (q - Z)} (Jacob et al. 2018, 2.1).
 * The division and the rounding are those of ONNX QuantizeLinear: float32, half to even, zero-point added after rounding.
 *
 * @param scale step in real units, positive and finite
 * @param zeroPoint code of the real number 0
 */
public record Affine(float scale, int zeroPoint) {

  /** Refuses scales that are no positive finite number. */
  public Affine {
    if (!(scale > 0) || !Float.isFinite(scale)) {
      throw new IllegalArgumentException("a scale of " + scale);
    }
  }

  /**
   * The scale and zero-point that map {@code range} onto the codes of {@code format}. An empty range gets the scale 1, so
   * that a constant 0 stays 0.
   */
  public static Affine of(Range range, IntegerFormat format) {
    if (format.scheme() == Scheme.SYMMETRIC) {
      double bound = range.magnitude();
      return new Affine(positive(bound / format.quantMax()), 0);
    }
    double step = ((double) range.max() - range.min()) / (format.quantMax() - format.quantMin());
    float scale = positive(step);
    double zeroPoint = Math.rint(format.quantMin() - range.min() / (double) scale);
    return new Affine(scale, (int) Math.clamp(zeroPoint, format.quantMin(), format.quantMax()));
  }

  /** The code of {@code value}. NaN becomes the zero-point. */
  public int quantize(float value, int quantMin, int quantMax) {
    double rounded = Math.rint(value / scale);
    return (int) Math.clamp(Double.isNaN(rounded) ? zeroPoint : rounded + zeroPoint, quantMin, quantMax);
  }

  /** The code of {@code value} in {@code format}; the binary format has the sign, 0 counting as positive. */
  public int quantize(float value, IntegerFormat format) {
    if (format.isBinary()) {
      return value < 0 ? -1 : 1;
    }
    return quantize(value, format.quantMin(), format.quantMax());
  }

  /** The real number that {@code code} stands for. */
  public float dequantize(int code) {
    return scale * (code - zeroPoint);
  }

  private static float positive(double step) {
    float scale = (float) Math.min(step, Float.MAX_VALUE);
    return scale >= Float.MIN_NORMAL ? scale : step > 0 ? Float.MIN_NORMAL : 1f;
  }
}
