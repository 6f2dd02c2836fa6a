package io.bitloupe.kernel.machine;

import java.lang.foreign.MemorySegment;

/**
 * Machine code that multiplies rows of A by one panel of B. Both lie in memory aligned to cache lines: a tile whose rows cross
 * lines takes five times as long to load.
 */
final class MicroKernel {

  /** Bytes from one row of A to the next. */
  static final int ROW_STRIDE = 0;

  /** Bytes from one K block of a row to the next; only read where tiles are loaded. */
  static final int BLOCK_STRIDE = 1;

  /** Bytes from the first row of a tile to its 17th; only read where tiles are loaded. */
  static final int HALF_STRIDE = 2;

  /** Bytes from one tile of rows to the next. */
  static final int TILE_STRIDE = 3;

  /** K blocks. */
  static final int BLOCKS = 4;

  /** Tiles of rows. */
  static final int TILES = 5;

  /** Bytes from one row of the result to the next. */
  static final int OUT_STRIDE = 6;

  /** Bytes from the start of the constants to those of the panel. */
  static final int PANEL_CONSTANTS = 7;

  /** One bit for each column of the panel whose code may be written. */
  static final int COLUMN_MASK = 8;

  /** Number of parameters. */
  static final int PARAMETERS = 9;

  private final NativeCode code;

  MicroKernel(X64Assembler code, int entry) {
    this.code = new NativeCode(code, entry, PARAMETERS);
  }

  /**
   * Computes.
   *
   * @param a first row of A
   * @param panel the panel of B
   * @param tile room for the accumulators of one tile, 4 KiB; used when codes are asked for
   * @param constants as {@link FusedConstants} lays them out; used when codes are asked for
   * @param out first row of the result
   * @param parameters as the constants of this class say
   */
  void run(
      MemorySegment a, MemorySegment panel, MemorySegment tile, MemorySegment constants, MemorySegment out,
      long[] parameters) {
    code.call(a, panel, tile, constants, out, parameters);
  }
}
