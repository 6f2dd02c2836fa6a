package io.bitloupe.kernel.vector;

/** Counts of bits that two operands share, and the planes of bits that they are counted in. */
interface BitTiles {

  /** Columns of a panel of weights. */
  int width();

  /**
   * Takes rows of codes apart into planes of bits: bit i of plane p of a row is bit p of code i less {@code least}. Planes are
   * rows of words of 32 bits, zeros beyond the last code, planes outside and rows inside.
   *
   * @param a codes
   * @param offset index of the first row
   * @param stride distance between rows
   * @param m number of rows
   * @param k length of a row
   * @param least what is taken off each code
   * @param planes number of planes
   * @param words receives planes x rows x ceil(K / 32) words
   */
  void planes(byte[] a, int offset, int stride, int m, int k, int least, int planes, int[] words);

  /**
   * Multiplies: {@code C[r][n] = step * sum over planes p, q of 2^(p + q) * popcount(A[p][r] & B[q][n]) + rowTerms[r] +
   * columnTerms[n]}.
   *
   * @param a planes of the left-hand matrix
   * @param planes their number
   * @param m rows
   * @param b packed right-hand matrix
   * @param rowTerms one for each row
   * @param c accumulators
   * @param cOffset index of the first accumulator
   * @param cStride distance between rows of accumulators
   * @param sums room for 4 x {@link #width} counts
   */
  void multiply(int[] a, int planes, int m, BitPlanes b, int[] rowTerms, int[] c, int cOffset, int cStride, int[] sums);
}
