package io.bitloupe.kernel.machine;

import java.lang.foreign.MemorySegment;

/** Where a product goes: accumulators as they are, or codes through the fused epilogue. */
interface Target {

  /** What becomes of accumulators. */
  Narrowing narrowing();

  /** Says to which rows and panel of columns of the result the next calls of {@link #run} belong. */
  void open(int firstRow, int rows, int panel);

  /**
   * Runs a micro-kernel.
   *
   * @param row first row, counted from that of {@link #open}
   * @param tileRows rows of a tile
   * @param parameters those that describe A are set; those that describe the result are set here
   */
  void run(MicroKernel kernel, int row, int tileRows, MemorySegment a, MemorySegment panel, long[] parameters);

  /** Ends what {@link #open} began. */
  void close();
}
