package io.bitloupe.kernel.machine;

/**
 * Which micro-kernel.
 *
 * @param rows rows of a tile
 * @param vectors vectors of 16 columns of a tile, 1 or 2
 * @param activationsSigned whether bytes of A are signed
 * @param weightsSigned whether bytes of B are signed
 * @param narrowing what the fused epilogue does, if there is one
 */
record TileKey(int rows, int vectors, boolean activationsSigned, boolean weightsSigned, Narrowing narrowing) {

  /** Whether the epilogue is fused, so that codes are written instead of accumulators. */
  boolean codes() {
    return narrowing != Narrowing.NONE;
  }
}
