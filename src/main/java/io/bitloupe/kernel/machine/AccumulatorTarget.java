package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Accumulators as they are. A rectangle narrower than a panel is written aside and copied. */
final class AccumulatorTarget implements Target {

  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;
  private static final MemorySegment UNUSED = MemorySegment.ofArray(new int[1]);

  private final int[] c;
  private final int offset;
  private final int stride;
  private final Scratch scratch;
  private int start;
  private int rows;
  private int columns;
  private int[] written;
  private int writtenOffset;
  private int writtenStride;

  AccumulatorTarget(int[] c, int offset, int stride, Scratch scratch) {
    this.c = c;
    this.offset = offset;
    this.stride = stride;
    this.scratch = scratch;
    this.written = c;
  }

  @Override
  public void open(int firstRow, int rows, int firstColumn, int columns) {
    this.start = offset + firstRow * stride + firstColumn;
    this.rows = rows;
    this.columns = columns;
    boolean whole = columns == COLUMNS;
    written = whole ? c : scratch.tile(rows * COLUMNS);
    writtenOffset = whole ? start : 0;
    writtenStride = whole ? stride : COLUMNS;
  }

  @Override
  public void run(MicroKernel kernel, int row, MemorySegment a, long aStride, MemorySegment panel, long blocks, long tiles) {
    kernel.run(
        a, aStride, panel,
        MemorySegment.ofArray(written).asSlice((writtenOffset + (long) row * writtenStride) * Integer.BYTES),
        (long) writtenStride * Integer.BYTES, blocks, tiles, UNUSED, UNUSED, 0);
  }

  @Override
  public void close() {
    if (columns < COLUMNS) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(written, row * COLUMNS, c, start + row * stride, columns);
      }
    }
  }
}
