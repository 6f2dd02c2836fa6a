package io.bitloupe.kernel;

/**
 * A 31-bit multiplier and a rounding shift, with double rounding (gemmlowp's fixed-point output pipeline, TFLite's
 * MultiplyByQuantizedMultiplier; Jacob et al. 2018, 2.2): {@code M = m0 * 2^(e - 31)} with m0 in [2^30, 2^31), and
 * {@code y = clamp(Zy + RDBP(SRDHM(acc * 2^max(e, 0), m0), max(-e, 0)))}.
 *
 * @param multipliers m0 of each channel; never modified
 * @param exponents e of each channel; never modified
 * @param zeroPoint Zy
 * @param quantMin least code
 * @param quantMax greatest code
 */
public record FixedPointRequantizer(int[] multipliers, int[] exponents, int zeroPoint, int quantMin, int quantMax)
    implements Requantizer {

  /** The multipliers and exponents of positive real multipliers. One that is too small for the format becomes 0. */
  public static FixedPointRequantizer of(double[] reals, int zeroPoint, int quantMin, int quantMax) {
    int[] multipliers = new int[reals.length];
    int[] exponents = new int[reals.length];
    for (int channel = 0; channel < reals.length; channel++) {
      int exponent = reals[channel] == 0 ? 0 : Math.getExponent(reals[channel]) + 1;
      long multiplier = Math.round(Math.scalb(reals[channel], Integer.SIZE - 1 - exponent));
      if (multiplier == 1L << 31) {
        multiplier /= 2;
        exponent++;
      }
      if (exponent < -31) {
        multiplier = 0;
        exponent = 0;
      }
      multipliers[channel] = (int) multiplier;
      exponents[channel] = exponent;
    }
    return new FixedPointRequantizer(multipliers, exponents, zeroPoint, quantMin, quantMax);
  }

  /**
   * Saturating rounding doubling high multiplication: {@code a * b / 2^31} rounded to nearest, ties towards positive infinity.
   * It saturates in one case only, when both are the least int.
   */
  public static int saturatingRoundingDoublingHighMultiply(int a, int b) {
    if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
      return Integer.MAX_VALUE;
    }
    return (int) (((long) a * b + (1L << 30)) >> 31);
  }

  /** {@code x / 2^exponent} rounded to nearest, ties away from zero; the exponent is 0 to 31 for ints. */
  public static long roundingDivideByPowerOfTwo(long x, int exponent) {
    long mask = (1L << exponent) - 1;
    long threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
  }

  /** The accumulator times the channel's multiplier, without zero-point and clamp; accumulators that a shift pushes out saturate. */
  public long scale(long accumulator, int channel) {
    int exponent = exponents[channel];
    int multiplier = multipliers[channel];
    long shifted = exponent > 0 ? saturatingShift(accumulator, exponent) : accumulator;
    // The product has up to 95 bits: with acc = high * 2^31 + low, the high part is a multiple of 2^31 and needs no rounding.
    long high = shifted >> 31;
    long low = shifted & 0x7FFF_FFFFL;
    long product = high * multiplier + ((low * multiplier + (1L << 30)) >> 31);
    return exponent < 0 ? roundingDivideByPowerOfTwo(product, -exponent) : product;
  }

  @Override
  public int requantize(int accumulator, int channel) {
    return requantize((long) accumulator, channel);
  }

  @Override
  public int requantize(long accumulator, int channel) {
    return Math.clamp(scale(accumulator, channel) + zeroPoint, quantMin, quantMax);
  }

  @Override
  public int channels() {
    return multipliers.length;
  }

  private static long saturatingShift(long accumulator, int exponent) {
    if (accumulator == 0) {
      return 0;
    }
    int shift = Math.min(exponent, 31);
    long bound = (1L << 61) >> shift;
    return Math.clamp(accumulator, -bound, bound) << shift;
  }
}
