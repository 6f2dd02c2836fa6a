package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Codes through the fused epilogue, rows without gaps. A mask keeps the columns beyond the last one from being written. */
final class CodeTarget implements Target {

  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;

  private final MachineWeights weights;
  private final MemorySegment codes;
  private final int offset;
  private final MemorySegment constants;
  private final Narrowing narrowing;
  private final MemorySegment tile;
  private int start;
  private int panel;

  CodeTarget(MachineWeights weights, byte[] codes, int offset, MemorySegment constants, Scratch scratch) {
    this.weights = weights;
    this.codes = MemorySegment.ofArray(codes);
    this.offset = offset;
    this.constants = constants;
    this.narrowing = FusedConstants.narrowing(constants);
    this.tile = scratch.alignedTile();
  }

  @Override
  public Narrowing narrowing() {
    return narrowing;
  }

  @Override
  public void open(int firstRow, int rows, int panel) {
    this.start = offset + firstRow * weights.n() + panel * COLUMNS;
    this.panel = panel;
  }

  @Override
  public void run(MicroKernel kernel, int row, int tileRows, MemorySegment a, MemorySegment packed, long[] parameters) {
    int stride = weights.n();
    parameters[MicroKernel.OUT_STRIDE] = stride;
    parameters[MicroKernel.PANEL_CONSTANTS] = FusedConstants.blockOffset(panel, COLUMNS);
    parameters[MicroKernel.COLUMN_MASK] = (1L << weights.columns(panel)) - 1;
    long rows = parameters[MicroKernel.TILES] * tileRows;
    long bytes = (rows - 1) * stride + weights.columns(panel);
    kernel.run(a, packed, tile, constants, codes.asSlice(start + (long) row * stride, bytes), parameters);
  }

  @Override
  public void close() {
    // Nothing was written aside.
  }
}
