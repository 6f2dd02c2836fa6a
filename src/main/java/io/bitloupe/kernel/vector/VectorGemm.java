package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;

/** The matrix product with integers carried in floats, see {@link VectorTiles}. */
final class VectorGemm implements IntegerGemm {

  private static final int[] ONE_SEGMENT = {0};

  /** Values of the left-hand matrix that are kept at once: half of a second-level cache of 2 MiB. */
  private static final int BLOCK_FLOATS = 1 << 18;

  private final FloatTiles tiles;
  private final InterleavedTiles interleavedTiles;
  private final CodeWidening widening;

  VectorGemm(FloatTiles tiles, InterleavedTiles interleavedTiles, CodeWidening widening) {
    this.tiles = tiles;
    this.interleavedTiles = interleavedTiles;
    this.widening = widening;
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    return tiles.pack(weights, k, n, weightsSigned, activationsSigned);
  }

  @Override
  public String description(PackedWeights b, int m) {
    return "integers in float32";
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    FloatPanels weights = (FloatPanels) b;
    // Where there is one vector of columns, interleaving costs more than it saves.
    int together = weights.n() > tiles.lanes() ? m / Interleaving.ROWS * Interleaving.ROWS : 0;
    int block = Math.max(Interleaving.ROWS, BLOCK_FLOATS / weights.k() / Interleaving.ROWS * Interleaving.ROWS);
    for (int row = 0; row < together; row += block) {
      int rows = Math.min(block, together - row);
      interleaved(a, aOffset + row * aStride, aStride, rows, weights, c, cOffset + row * cStride, cStride, scratch);
    }
    if (together < m) {
      int from = aOffset + together * aStride;
      separate(a, from, aStride, m - together, weights, c, cOffset + together * cStride, cStride, scratch);
    }
  }

  private void interleaved(
      byte[] a, int aOffset, int aStride, int m, FloatPanels weights, int[] c, int cOffset, int cStride, Scratch scratch) {
    int k = weights.k();
    float[] left = scratch.operand(m * k + tiles.lanes());
    byte[] codes = scratch.interleaved(Interleaving.ROWS * k);
    for (int row = 0; row < m; row += Interleaving.ROWS) {
      Interleaving.eightRows(a, aOffset + row * aStride, aStride, k, codes);
      widening.widen(codes, 0, left, row * k, Interleaving.ROWS * k, weights.activationsSigned());
    }
    interleavedTiles.multiply(left, m, weights, c, cOffset, cStride, scratch);
  }

  private void separate(
      byte[] a, int aOffset, int aStride, int m, FloatPanels weights, int[] c, int cOffset, int cStride, Scratch scratch) {
    int k = weights.k();
    int lanes = tiles.lanes();
    int rowLength = (k + lanes - 1) / lanes * lanes;
    float[] left = scratch.operand(m * rowLength);
    int[] rows = scratch.rows(m);
    for (int row = 0; row < m; row++) {
      rows[row] = row * rowLength;
      widening.widen(a, aOffset + row * aStride, left, rows[row], k, weights.activationsSigned());
    }
    tiles.multiply(left, rows, m, ONE_SEGMENT, k, weights, c, cOffset, cStride, scratch);
  }
}
