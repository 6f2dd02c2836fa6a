package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.PackedWeights;

/**
 * Weights as floats, in panels of columns: panel p holds columns p * width to (p + 1) * width, row by row, zeros where there
 * are no more columns.
 *
 * @param k rows
 * @param n columns
 * @param columnSums sum of the codes of each column
 * @param values panels x K x width
 * @param width columns of a panel
 * @param activationsSigned whether the bytes of the activations are signed
 * @param exactLength number of products whose sum a float always holds exactly
 */
record FloatPanels(
    int k, int n, int[] columnSums, float[] values, int width, boolean activationsSigned, int exactLength)
    implements PackedWeights {

  /** Number of panels. */
  int panels() {
    return (n + width - 1) / width;
  }
}
