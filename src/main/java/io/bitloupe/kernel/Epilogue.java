package io.bitloupe.kernel;

/**
 * What happens to accumulators before they are codes again.
 *
 * @param bias what is added to each column: the layer's bias and the corrections for zero-points; never modified
 * @param requantizer how sums become codes
 */
public record Epilogue(int[] bias, Requantizer requantizer) {

  /**
   * Folds the zero-points of both operands into a bias: {@code bias - Za * sum(B) + K * Za * Zb}. What is left to do at run
   * time is {@code - Zb * sum(A)} for weights whose zero-point is not 0 (Jacob et al. 2018, 2.3).
   *
   * @param bias one for each column
   * @param columnSums sum of B's codes of each column
   * @param k length of the dot products
   * @param inputZeroPoint Za
   * @param weightZeroPoints Zb of each column
   * @param folded receives one for each column
   */
  public static void fold(int[] bias, int[] columnSums, int k, int inputZeroPoint, int[] weightZeroPoints, int[] folded) {
    for (int column = 0; column < columnSums.length; column++) {
      folded[column] = bias[column] - inputZeroPoint * columnSums[column] + k * inputZeroPoint * weightZeroPoints[column];
    }
  }
}
