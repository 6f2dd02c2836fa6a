package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Multiplies rows of codes by packed weights. All panels pass over a block of rows that fits the second-level cache, gathered
 * into aligned memory unless it can be read where it lies. What lies between the end of a gathered row and its last K block meets
 * packed zeros.
 */
final class MachineProduct {

  private static final int ROW_BLOCK_BYTES = 1 << 18;
  private static final int GROUP = 16;

  private final Gatherer gatherer = new Gatherer();

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
    TileEngine engine = weights.engine();
    int rowBytes = weights.paddedK() + weights.n();
    int blockRows = Math.max(1, ROW_BLOCK_BYTES / rowBytes / engine.maxRows()) * engine.maxRows();
    int units = rows.lines() == 1 ? rows.width() : rows.lines();
    int unitStride = rows.lines() == 1 ? rows.rowStride() : rows.lineStride();
    int firstRow = 0;
    for (int unit = 0; unit < units; ) {
      RowGeometry block = rows.from(unit, blockRows);
      panels(laidOut(block, a, offset + unit * unitStride, weights, scratch), block.rows(), firstRow, weights, target, scratch);
      firstRow += block.rows();
      unit += rows.lines() == 1 ? block.width() : block.lines();
    }
  }

  /**
   * Rows as a micro-kernel reads them.
   *
   * @param codes the first row's first code, and what follows
   * @param rowStride bytes from one row to the next
   * @param blockStride bytes from one K block of a row to the next
   * @param groupStride bytes from one group of 16 rows to the next
   */
  private record Rows(MemorySegment codes, long rowStride, long blockStride, long groupStride) {}

  /** Where they lie, if they can be read there, or gathered into aligned memory. */
  private Rows laidOut(RowGeometry rows, byte[] a, int start, MachineWeights weights, Scratch scratch) {
    TileEngine engine = weights.engine();
    boolean flipped = !engine.takesActivations(weights.activationsSigned());
    boolean matrix = rows.lines() == 1 && rows.segments() == 1;
    if (matrix && !engine.loadsTiles() && !flipped && weights.k() % engine.block() == 0) {
      MemorySegment codes = MemorySegment.ofArray(a).asSlice(start, rows.extent());
      return new Rows(codes, rows.rowStride(), engine.block(), (long) GROUP * rows.rowStride());
    }
    int paddedK = weights.paddedK();
    MemorySegment gathered = scratch.alignedRows((long) Math.ceilDiv(rows.rows(), GROUP) * GROUP * paddedK);
    if (matrix && engine.loadsTiles() && paddedK > engine.block()) {
      gatherer.blocks(rows, a, start, gathered, paddedK);
      return new Rows(gathered, engine.block(), (long) GROUP * engine.block(), (long) GROUP * paddedK);
    }
    gatherer.rows(rows, a, start, gathered, paddedK, flipped);
    return new Rows(gathered, paddedK, engine.block(), (long) GROUP * paddedK);
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

  private static void panels(
      Rows rows, int count, int firstRow, MachineWeights weights, Target target, Scratch scratch) {
    TileEngine engine = weights.engine();
    int most = engine.maxRows();
    int whole = count / most;
    int rest = count - whole * most;
    long tileStride = rows.groupStride() * most / GROUP;
    long[] parameters = new long[MicroKernel.PARAMETERS];
    parameters[MicroKernel.ROW_STRIDE] = rows.rowStride();
    parameters[MicroKernel.BLOCK_STRIDE] = rows.blockStride();
    parameters[MicroKernel.HALF_STRIDE] = rows.groupStride();
    parameters[MicroKernel.TILE_STRIDE] = tileStride;
    parameters[MicroKernel.BLOCKS] = weights.paddedK() / engine.block();
    for (int panel = 0; panel < weights.panelCount(); panel++) {
      MemorySegment packed = weights.panel(panel, scratch);
      target.open(firstRow, count, panel);
      if (whole > 0) {
        parameters[MicroKernel.TILES] = whole;
        target.run(kernel(most, weights, panel, target), 0, most, rows.codes(), packed, parameters);
      }
      if (rest > 0) {
        parameters[MicroKernel.TILES] = 1;
        MemorySegment last = rows.codes().asSlice(whole * tileStride);
        target.run(kernel(rest, weights, panel, target), whole * most, rest, last, packed, parameters);
      }
      target.close();
    }
  }

  private static MicroKernel kernel(int rows, MachineWeights weights, int panel, Target target) {
    return weights
        .engine()
        .kernel(new TileKey(rows, weights.vectors(panel), weights.activationsSigned(), weights.weightsSigned(), target.narrowing()));
  }
}
