package io.bitloupe.kernel;

/**
 * How long a dot product may be before its accumulator can overflow (Jacob et al. 2018, 2.2): K products of magnitude at most
 * P fit in an int when K is at most (2^31 - 1) / P.
 */
public final class AccumulatorBound {

  /** Greatest difference of two 8-bit codes of one sign, such as a code and its zero-point. */
  public static final int MAGNITUDE = 255;

  private AccumulatorBound() {}

  /** The greatest K for which products of codes of these magnitudes always fit in an int. */
  public static int maxLength(int magnitudeA, int magnitudeB) {
    return (int) Math.min(Integer.MAX_VALUE, Integer.MAX_VALUE / Math.max(1L, (long) magnitudeA * magnitudeB));
  }

  /**
   * Whether every accumulator of a layer fits in an int, whatever its input: proven from the codes of its weights. Sums that
   * are not corrected for zero-points yet may wrap around on the way; the corrected ones are then right all the same.
   *
   * @param weights codes, row-major K x N
   * @param weightZeroPoints zero-point of each column
   * @param inputMagnitude greatest magnitude of an input code less its zero-point
   * @param bias what is added to each column
   */
  public static boolean fitsInt(
      byte[] weights, int k, int n, boolean weightsSigned, int[] weightZeroPoints, int inputMagnitude, int[] bias) {
    if (k <= maxLength(inputMagnitude, MAGNITUDE) / 2 && fits(bias, Integer.MAX_VALUE / 2)) {
      return true;
    }
    long[] magnitudes = new long[n];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        byte code = weights[row * n + column];
        magnitudes[column] += Math.abs((weightsSigned ? code : Byte.toUnsignedInt(code)) - weightZeroPoints[column]);
      }
    }
    for (int column = 0; column < n; column++) {
      if (magnitudes[column] * inputMagnitude + Math.abs((long) bias[column]) > Integer.MAX_VALUE) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(int[] values, int bound) {
    for (int value : values) {
      if (value > bound || value < -bound) {
        return false;
      }
    }
    return true;
  }
}
