package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.PackedWeights;

/**
 * Weights as they were given.
 *
 * @param k rows
 * @param n columns
 * @param columnSums sum of each column
 * @param values row-major K x N
 * @param activationsSigned whether the bytes of the activations are signed
 */
record ScalarWeights(int k, int n, int[] columnSums, short[] values, boolean activationsSigned) implements PackedWeights {

  int weight(int row, int column) {
    return values[row * n + column];
  }

  int activation(byte code) {
    return activationsSigned ? code : Byte.toUnsignedInt(code);
  }
}
