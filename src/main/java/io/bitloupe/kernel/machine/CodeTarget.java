package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Codes through the fused epilogue, rows without gaps. A rectangle narrower than a panel is written aside and copied. */
final class CodeTarget implements Target {

  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;
  private static final int TILE_ROWS = 32;

  private final byte[] codes;
  private final int offset;
  private final int stride;
  private final int[] constants;
  private final Scratch scratch;
  private final MemorySegment tile;
  private int start;
  private int rows;
  private int firstColumn;
  private int columns;
  private byte[] written;
  private int writtenOffset;
  private int writtenStride;

  CodeTarget(byte[] codes, int offset, int stride, int[] constants, Scratch scratch) {
    this.codes = codes;
    this.offset = offset;
    this.stride = stride;
    this.constants = constants;
    this.scratch = scratch;
    this.tile = MemorySegment.ofArray(scratch.tile(TILE_ROWS * COLUMNS));
    this.written = codes;
  }

  @Override
  public void open(int firstRow, int rows, int firstColumn, int columns) {
    this.start = offset + firstRow * stride + firstColumn;
    this.rows = rows;
    this.firstColumn = firstColumn;
    this.columns = columns;
    boolean whole = columns == COLUMNS;
    written = whole ? codes : scratch.codes(rows * COLUMNS);
    writtenOffset = whole ? start : 0;
    writtenStride = whole ? stride : COLUMNS;
  }

  @Override
  public void run(MicroKernel kernel, int row, MemorySegment a, long aStride, MemorySegment panel, long blocks, long tiles) {
    kernel.run(
        a, aStride, panel, tile, (long) COLUMNS * Integer.BYTES, blocks, tiles,
        MemorySegment.ofArray(constants).asSlice((long) firstColumn * FusedEpilogue.ROWS * Integer.BYTES),
        MemorySegment.ofArray(written).asSlice(writtenOffset + (long) row * writtenStride), writtenStride);
  }

  @Override
  public void close() {
    if (columns < COLUMNS) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(written, row * COLUMNS, codes, start + row * stride, columns);
      }
    }
  }
}
