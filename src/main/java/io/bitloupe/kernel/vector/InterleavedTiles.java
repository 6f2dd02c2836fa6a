package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.Scratch;

/** Products of codes carried in floats where rows of the left-hand matrix lie interleaved, see {@link Interleaving}. */
interface InterleavedTiles {

  /**
   * Multiplies rows that lie interleaved in groups of eight: value i of row r of group g is {@code a[(g * K + i) * 8 + r]}.
   *
   * @param a values of the left-hand matrix
   * @param m number of rows, a multiple of eight
   * @param b packed right-hand matrix
   * @param c accumulators
   * @param cOffset index of the first accumulator
   * @param cStride distance between rows of accumulators
   */
  void multiply(float[] a, int m, FloatPanels b, int[] c, int cOffset, int cStride, Scratch scratch);
}
