package io.bitloupe.kernel;

/**
 * How long a dot product may be before its accumulator can overflow (Jacob et al. 2018, 2.2): K products of magnitude at most
 * P fit in an int when K is at most (2^31 - 1) / P.
 */
public final class AccumulatorBound {

  private AccumulatorBound() {}

  /** The greatest K for which products of codes of these magnitudes always fit in an int. */
  public static int maxLength(int magnitudeA, int magnitudeB) {
    return (int) Math.min(Integer.MAX_VALUE, Integer.MAX_VALUE / Math.max(1L, (long) magnitudeA * magnitudeB));
  }

  /** Greatest magnitude of a byte: 128 signed, 255 unsigned. */
  public static int magnitude(boolean signed) {
    return signed ? 128 : 255;
  }

  /**
   * Whether every accumulator of a layer fits in an int, whatever its input: proven from the codes of its weights.
   *
   * @param weights codes, row-major K x N
   * @param weightZeroPoints zero-point of each column
   * @param inputMagnitude greatest magnitude of an input code less its zero-point, and of an input code
   * @param bias what is added to each column
   */
  public static boolean fitsInt(
      byte[] weights, int k, int n, boolean weightsSigned, int[] weightZeroPoints, int inputMagnitude, int[] bias) {
    if (k <= maxLength(inputMagnitude, 2 * magnitude(weightsSigned)) / 2) {
      return fits(bias, Integer.MAX_VALUE / 2);
    }
    long[] magnitudes = new long[n];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        byte code = weights[row * n + column];
        int value = weightsSigned ? code : Byte.toUnsignedInt(code);
        magnitudes[column] += Math.max(Math.abs(value), Math.abs(value - weightZeroPoints[column]));
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
