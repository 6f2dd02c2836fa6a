package io.bitloupe.exec.integer;

import io.bitloupe.kernel.DyadicRequantizer;
import io.bitloupe.kernel.FixedPointRequantizer;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;

/** How one accumulator came to the scale of the output: every number on the way, before zero-point and clamp. */
public sealed interface Rescaling {

  /** The accumulator in steps of the output, before it is rounded to an integer. */
  double scaled();

  /** The same, rounded as the definition says. */
  long rounded();

  /**
   * FLOAT_SCALE.
   *
   * @param multiplier {@code Sx * Sw / Sy} in float32
   * @param product {@code (float) acc * multiplier} in float32
   * @param rounded half to even
   */
  record FloatScale(float multiplier, float product, long rounded) implements Rescaling {
    @Override
    public double scaled() {
      return product;
    }
  }

  /**
   * FIXED_POINT.
   *
   * @param mantissa m0, a 31-bit integer
   * @param exponent e of {@code M = m0 * 2^(e - 31)}: a left shift before the product where positive, else a rounding right shift
   * @param product {@code acc * 2^max(e, 0) * m0 / 2^31}, rounded to nearest
   * @param rounded the product after the right shift, rounded to nearest, ties away from zero
   */
  record FixedPoint(int mantissa, int exponent, long product, long rounded) implements Rescaling {
    @Override
    public double scaled() {
      return Math.scalb((double) product, Math.min(0, exponent));
    }
  }

  /**
   * DYADIC.
   *
   * @param multiplier b
   * @param shift c of {@code M = b / 2^c}
   * @param scaled {@code acc * b / 2^c}
   * @param rounded half up
   */
  record Dyadic(long multiplier, int shift, double scaled, long rounded) implements Rescaling {}

  /**
   * Through real numbers: where a scale is found for each sample, and for products of two 16-bit activations.
   *
   * @param multiplier {@code Sx * Sw} in float32
   * @param bias what is added in real units, for inputs whose scale is found at run time
   * @param real the real value after the fused clamp
   * @param scaled {@code real / Sy}
   * @param rounded half to even
   */
  record Real(float multiplier, float bias, float real, double scaled, long rounded) implements Rescaling {}

  /** The rescaling of {@code accumulator} by the definition {@code kind}. */
  static Rescaling of(Requantization kind, long accumulator, Affine input, Affine weight, Affine output) {
    Requantizer requantizer =
        Requantizer.of(
            kind, input.scale(), new float[] {weight.scale()}, output.scale(), 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
    return switch (requantizer) {
      case FloatScaleRequantizer it -> {
        float product = (float) accumulator * it.scales()[0];
        yield new FloatScale(it.scales()[0], product, (long) Math.rint((double) product));
      }
      case FixedPointRequantizer it -> {
        int mantissa = it.multipliers()[0];
        int exponent = it.exponents()[0];
        int[] leftOnly = {Math.max(0, exponent)};
        long product =
            new FixedPointRequantizer(new int[] {mantissa}, leftOnly, 0, 0, 0).scale(accumulator, 0);
        long rounded =
            exponent < 0 ? FixedPointRequantizer.roundingDivideByPowerOfTwo(product, -exponent) : product;
        yield new FixedPoint(mantissa, exponent, product, rounded);
      }
      case DyadicRequantizer it -> {
        long multiplier = it.multipliers()[0];
        int shift = it.shifts()[0];
        yield new Dyadic(multiplier, shift, Math.scalb((double) accumulator * multiplier, -shift), it.scale(accumulator, 0));
      }
    };
  }
}
