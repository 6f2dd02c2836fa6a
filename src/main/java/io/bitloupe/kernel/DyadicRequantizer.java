package io.bitloupe.kernel;

/**
 * A dyadic number {@code b / 2^c} with one rounding, half up (HAWQ-V3, Yao et al. 2021, 3; I-BERT):
 * {@code y = clamp(Zy + ((acc * b + 2^(c - 1)) >> c))}.
 *
 * @param multipliers b of each channel, in [2^30, 2^31] or 0; never modified
 * @param shifts c of each channel; never modified
 * @param zeroPoint Zy
 * @param quantMin least code
 * @param quantMax greatest code
 */
public record DyadicRequantizer(long[] multipliers, int[] shifts, int zeroPoint, int quantMin, int quantMax)
    implements Requantizer {

  /** The dyadic numbers nearest to positive real multipliers: {@code (m, e) = frexp(M), b = floor(m 2^31 + 1/2), c = 31 - e}. */
  public static DyadicRequantizer of(double[] reals, int zeroPoint, int quantMin, int quantMax) {
    long[] multipliers = new long[reals.length];
    int[] shifts = new int[reals.length];
    for (int channel = 0; channel < reals.length; channel++) {
      int exponent = reals[channel] == 0 ? 0 : Math.getExponent(reals[channel]) + 1;
      multipliers[channel] = (long) Math.floor(Math.scalb(reals[channel], 31 - exponent) + 0.5);
      shifts[channel] = 31 - exponent;
    }
    return new DyadicRequantizer(multipliers, shifts, zeroPoint, quantMin, quantMax);
  }

  /** The accumulator times the channel's dyadic number, without zero-point and clamp; saturates where that leaves 62 bits. */
  public long scale(long accumulator, int channel) {
    return multiplyShift(accumulator, multipliers[channel], shifts[channel]);
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

  /** {@code (a * b + 2^(shift - 1)) >> shift} in 128 bits. */
  private static long multiplyShift(long a, long b, int shift) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    if (shift > 125) {
      return 0;
    }
    if (shift <= 0) {
      return high == low >> 63 && Long.numberOfLeadingZeros(Math.abs(low)) - 2 > -shift ? low << -shift : saturated(high);
    }
    // Add the rounding constant with carry, then shift the pair.
    long roundLow = shift - 1 < 64 ? 1L << (shift - 1) : 0;
    long roundHigh = shift - 1 < 64 ? 0 : 1L << (shift - 65);
    long sumLow = low + roundLow;
    long sumHigh = high + roundHigh + (Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0);
    if (shift >= 64) {
      return sumHigh >> (shift - 64);
    }
    long result = (sumHigh << (64 - shift)) | (sumLow >>> shift);
    return sumHigh >> (shift - 1) == result >> 63 ? result : saturated(sumHigh);
  }

  private static long saturated(long sign) {
    return sign < 0 ? -(1L << 62) : 1L << 62;
  }
}
