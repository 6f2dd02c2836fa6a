package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Accumulators as they are. Columns that do not fill their vectors are written aside and copied. */
final class AccumulatorTarget implements Target {

  private static final int LANES = 16;
  private static final MemorySegment UNUSED = MemorySegment.ofArray(new int[1]);

  private final MachineWeights weights;
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

  AccumulatorTarget(MachineWeights weights, int[] c, int offset, int stride, Scratch scratch) {
    this.weights = weights;
    this.c = c;
    this.offset = offset;
    this.stride = stride;
    this.scratch = scratch;
    this.written = c;
  }

  @Override
  public Narrowing narrowing() {
    return Narrowing.NONE;
  }

  @Override
  public void open(int firstRow, int rows, int panel) {
    this.start = offset + firstRow * stride + panel * MachineWeights.PANEL_COLUMNS;
    this.rows = rows;
    this.columns = weights.columns(panel);
    int width = weights.vectors(panel) * LANES;
    boolean whole = columns == width;
    written = whole ? c : scratch.tile(rows * width);
    writtenOffset = whole ? start : 0;
    writtenStride = whole ? stride : width;
  }

  @Override
  public void run(MicroKernel kernel, int row, int tileRows, MemorySegment a, MemorySegment packed, long[] parameters) {
    long stride = (long) writtenStride * Integer.BYTES;
    parameters[MicroKernel.OUT_STRIDE] = stride;
    long bytes = (parameters[MicroKernel.TILES] * tileRows - 1) * stride + (long) Math.ceilDiv(columns, LANES) * LANES * Integer.BYTES;
    MemorySegment out = MemorySegment.ofArray(written).asSlice((long) writtenOffset * Integer.BYTES + row * stride, bytes);
    kernel.run(a, packed, UNUSED, UNUSED, out, parameters);
  }

  @Override
  public void close() {
    if (columns % LANES != 0) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(written, row * writtenStride, c, start + row * stride, columns);
      }
    }
  }
}
