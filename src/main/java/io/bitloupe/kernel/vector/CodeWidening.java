package io.bitloupe.kernel.vector;

/** Turns codes into floats. */
interface CodeWidening {

  /**
   * Writes {@code length} codes as floats. It may write up to one vector less one beyond them.
   *
   * @param signed whether the bytes are signed
   */
  void widen(byte[] codes, int from, float[] floats, int to, int length, boolean signed);

  /**
   * Writes a block of columns of a matrix of codes as floats, one vector for each row. The lanes beyond {@code width} hold
   * anything.
   *
   * @param from index of the block's first code
   * @param stride distance between rows of codes
   * @param rows number of rows
   * @param width columns of the block, at most a vector
   */
  void widenColumns(byte[] codes, int from, int stride, float[] floats, int to, int rows, int width, boolean signed);
}
