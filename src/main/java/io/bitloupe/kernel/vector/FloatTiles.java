package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.Scratch;

/**
 * Products of codes carried in floats. The left-hand matrix lies anywhere in an array of floats: row r is made of segments, the
 * s-th of which starts at {@code rows[r] + segments[s]}. So a convolution needs no copy of what each pixel sees.
 */
interface FloatTiles {

  /** Lanes of a vector. */
  int lanes();

  /**
   * Packs a right-hand matrix.
   *
   * @param weights codes, row-major K x N
   */
  FloatPanels pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned);

  /**
   * Multiplies: {@code C[r][n] = sum over s, i of a[rows[r] + segments[s] + i] * B[s * segmentLength + i][n]}.
   *
   * @param a values of the left-hand matrix
   * @param rows where each row starts
   * @param m number of rows
   * @param segments where each segment starts, from the row's start
   * @param segmentLength length of a segment
   * @param b packed right-hand matrix
   * @param c accumulators
   * @param cOffset index of the first accumulator
   * @param cStride distance between rows of accumulators
   */
  void multiply(
      float[] a,
      int[] rows,
      int m,
      int[] segments,
      int segmentLength,
      FloatPanels b,
      int[] c,
      int cOffset,
      int cStride,
      Scratch scratch);

  /**
   * Moves the sums of a tile to ints.
   *
   * @param sums rows of {@code 2 * lanes()} sums
   * @param rows number of rows
   * @param c accumulators
   * @param to index of the first accumulator
   * @param stride distance between rows of accumulators
   * @param columns columns that count
   * @param add whether to add to what is there
   */
  void move(float[] sums, int rows, int[] c, int to, int stride, int columns, boolean add);
}
