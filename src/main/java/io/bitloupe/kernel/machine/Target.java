package io.bitloupe.kernel.machine;

import java.lang.foreign.MemorySegment;

/** Where the results of a product go, one rectangle after the other. */
sealed interface Target permits AccumulatorTarget, CodeTarget {

  /** Starts the rectangle of {@code rows} rows from {@code firstRow} and {@code columns} columns from {@code firstColumn}. */
  void open(int firstRow, int rows, int firstColumn, int columns);

  /** Has {@code kernel} write {@code tiles} tiles from row {@code row} of the rectangle on. */
  void run(MicroKernel kernel, int row, MemorySegment a, long aStride, MemorySegment panel, long blocks, long tiles);

  /** Ends the rectangle. */
  void close();
}
