package io.bitloupe.exec.integer;

/**
 * The left-hand matrix of a product, as it lies in a tensor. Rows count through the whole batch; a row of a convolution is what
 * one output pixel sees of one group of channels.
 */
interface Rows {

  /** Rows of one sample. */
  int perSample();

  /** Length of a row within one group. */
  int length();

  /** Number of groups. */
  int groups();

  /** Whether row i starts at index i * length of the tensor, so that nothing needs to be gathered. */
  boolean dense();

  /**
   * Copies rows into a panel without gaps.
   *
   * @param in codes of the batch
   * @param firstRow first row
   * @param count number of rows
   * @param group group
   * @param padding code that stands for 0
   * @param panel receives count x length codes from index 0
   */
  void gather(byte[] in, int firstRow, int count, int group, byte padding, byte[] panel);

  /** Copies one row of a tensor of any width, widened. */
  void gather(Value in, int row, int group, int padding, int[] codes);
}
