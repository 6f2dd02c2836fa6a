package io.bitloupe.kernel;

/**
 * What happens to accumulators before they are codes again.
 *
 * @param bias what is added to each column: the layer's bias and the corrections for zero-points; never modified
 * @param requantizer how sums become codes
 */
public record Epilogue(int[] bias, Requantizer requantizer) {

  /**
   * Folds the input's zero-point into a bias: {@code bias - Za * sum of (w - Zw)}. With the sums {@code S = sum of a * (w - Zw)}
   * that is all that zero-points ask for (Jacob et al. 2018, 2.3).
   *
   * @param bias one for each column
   * @param weightSums {@code sum of (w - Zw)} of each column
   * @param inputZeroPoint Za
   * @param folded receives one for each column
   */
  public static void fold(int[] bias, int[] weightSums, int inputZeroPoint, int[] folded) {
    for (int column = 0; column < weightSums.length; column++) {
      folded[column] = bias[column] - inputZeroPoint * weightSums[column];
    }
  }
}
