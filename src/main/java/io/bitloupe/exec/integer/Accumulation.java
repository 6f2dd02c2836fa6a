package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;

/**
 * The multiply-accumulate part of a Conv, Gemm or MatMul with constant weights: for each row (an output pixel, or a row of a
 * matrix) and each output channel n, {@code S[row][n] = sum of a * (w - Zw[n])} over the raw codes a of an 8-bit input. What is
 * left of zero-points is then one number for each channel: {@code sum of (a - Za)(w - Zw) = S - Za * sum of (w - Zw)}.
 * Immutable and safe for use by several threads.
 */
interface Accumulation {

  /** Kernels work on up to this many rows at once. */
  int ROW_MULTIPLE = 32;

  /** Most rows of a tile. */
  int MOST_ROWS = 4096;

  /** Rows of one sample. */
  int rowsPerSample();

  /** Output channels. */
  int columns();

  /** Whether it reads the bytes of its input as signed. */
  boolean inputSigned();

  /** {@code sum of (w - Zw)} of each output channel; never modified. */
  int[] weightSums();

  /** How many of the rows from {@code firstRow} (counted through all samples) to {@code lastRow} make the next tile. */
  int tile(int firstRow, int lastRow);

  /**
   * Accumulates one tile.
   *
   * @param in codes of the batch
   * @param firstRow first row, counted through all samples
   * @param rows number of rows, as {@link #tile} says
   * @param padding code that stands for 0
   * @param accumulators receives rows x columns sums from index 0
   * @param scratch temporary memory of the calling thread
   */
  void accumulate(byte[] in, int firstRow, int rows, int padding, int[] accumulators, Scratch scratch);

  /**
   * Accumulates and requantizes one tile.
   *
   * @param epilogue bias with the input's zero-point folded in, and requantizer
   * @param pointwise what requantizes where it is a pass of its own
   * @param codes receives rows x columns codes
   * @param codeOffset index of the first code
   */
  default void toCodes(
      byte[] in,
      int firstRow,
      int rows,
      int padding,
      Epilogue epilogue,
      Pointwise pointwise,
      byte[] codes,
      int codeOffset,
      Scratch scratch) {
    int[] accumulators = scratch.accumulators(rows * columns());
    accumulate(in, firstRow, rows, padding, accumulators, scratch);
    pointwise.requantize(accumulators, 0, rows, epilogue, codes, codeOffset);
  }

  /** Rows of a tile that keep codes and accumulators within about half of a second-level cache. */
  static int tileRows(int bytesPerRow) {
    return Math.clamp((1 << 18) / Math.max(1, bytesPerRow), ROW_MULTIPLE, MOST_ROWS) / ROW_MULTIPLE * ROW_MULTIPLE;
  }
}
