package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Multiplies rows of codes by packed weights. Blocks of rows that fit the second-level cache are gathered into aligned memory,
 * and all panels pass over them. What lies between the end of a row and its last K block meets packed zeros.
 */
final class MachineProduct {

  private static final int ROW_BLOCK_BYTES = 1 << 18;
  private static final int GROUP = 16;

  private final TileEngine engine;
  private final Gatherer gatherer = new Gatherer();

  MachineProduct(TileEngine engine) {
    this.engine = engine;
  }

  /**
   * Multiplies.
   *
   * @param rows how the rows lie
   * @param a codes
   * @param offset index of the first row
   */
  void run(RowGeometry rows, byte[] a, int offset, MachineWeights weights, Target target, Scratch scratch) {
    if (rows.rows() <= NibbleCode.MAX_ROWS && !weights.activationsSigned() && weights.panels() instanceof Nibbles nibbles) {
      fewRows(rows, a, offset, weights, nibbles, target, scratch);
      return;
    }
    int paddedK = weights.paddedK();
    boolean flipped = !engine.takesActivations(weights.activationsSigned());
    boolean blocks = engine.loadsTiles() && rows.lines() == 1 && rows.segments() == 1 && paddedK > engine.block();
    int blockRows = Math.max(1, ROW_BLOCK_BYTES / paddedK / engine.maxRows()) * engine.maxRows();
    int units = rows.lines() == 1 ? rows.width() : rows.lines();
    int unitStride = rows.lines() == 1 ? rows.rowStride() : rows.lineStride();
    int firstRow = 0;
    for (int unit = 0; unit < units; ) {
      RowGeometry block = rows.from(unit, blockRows);
      MemorySegment gathered = scratch.alignedRows((long) Math.ceilDiv(block.rows(), GROUP) * GROUP * paddedK);
      int start = offset + unit * unitStride;
      if (blocks) {
        gatherer.blocks(block, a, start, gathered, paddedK);
      } else {
        gatherer.rows(block, a, start, gathered, paddedK, flipped);
      }
      panels(gathered, blocks, block.rows(), firstRow, weights, target, scratch);
      firstRow += block.rows();
      unit += rows.lines() == 1 ? block.width() : block.lines();
    }
  }

  /** A row or two: the time goes into reading weights, so the narrow ones are read. */
  private void fewRows(
      RowGeometry rows, byte[] a, int offset, MachineWeights weights, Nibbles nibbles, Target target, Scratch scratch) {
    int paddedK = Math.ceilDiv(weights.k(), NibbleCode.BLOCK) * NibbleCode.BLOCK;
    MemorySegment gathered = scratch.alignedRows((long) rows.rows() * paddedK);
    gatherer.rows(rows, a, offset, gathered, paddedK, false);
    long[] parameters = new long[MicroKernel.PARAMETERS];
    parameters[MicroKernel.ROW_STRIDE] = paddedK;
    parameters[MicroKernel.BLOCKS] = paddedK / NibbleCode.BLOCK;
    parameters[MicroKernel.TILES] = 1;
    for (int panel = 0; panel < weights.panelCount(); panel++) {
      target.open(0, rows.rows(), panel);
      TileKey key = new TileKey(rows.rows(), weights.vectors(panel), false, true, target.narrowing());
      MemorySegment packed = nibbles.panels().asSlice((long) panel * nibbles.panelBytes());
      target.run(NibbleCode.kernel(key, nibbles.offset()), 0, rows.rows(), gathered, packed, parameters);
      target.close();
    }
  }

  private void panels(
      MemorySegment a, boolean blocks, int rows, int firstRow, MachineWeights weights, Target target, Scratch scratch) {
    int most = engine.maxRows();
    int whole = rows / most;
    int rest = rows - whole * most;
    long[] parameters = new long[MicroKernel.PARAMETERS];
    int paddedK = weights.paddedK();
    parameters[MicroKernel.ROW_STRIDE] = blocks ? engine.block() : paddedK;
    parameters[MicroKernel.BLOCK_STRIDE] = blocks ? (long) GROUP * engine.block() : engine.block();
    parameters[MicroKernel.HALF_STRIDE] = (long) GROUP * paddedK;
    parameters[MicroKernel.TILE_STRIDE] = (long) most * paddedK;
    parameters[MicroKernel.BLOCKS] = paddedK / engine.block();
    for (int panel = 0; panel < weights.panelCount(); panel++) {
      MemorySegment packed = weights.panel(panel, engine, scratch);
      target.open(firstRow, rows, panel);
      if (whole > 0) {
        parameters[MicroKernel.TILES] = whole;
        target.run(kernel(most, weights, panel, target), 0, most, a, packed, parameters);
      }
      if (rest > 0) {
        int done = whole * most;
        parameters[MicroKernel.TILES] = 1;
        target.run(
            kernel(rest, weights, panel, target), done, rest, a.asSlice((long) done * weights.paddedK()), packed, parameters);
      }
      target.close();
    }
  }

  private MicroKernel kernel(int rows, MachineWeights weights, int panel, Target target) {
    return engine.kernel(
        new TileKey(rows, weights.vectors(panel), weights.activationsSigned(), weights.weightsSigned(), target.narrowing()));
  }
}
