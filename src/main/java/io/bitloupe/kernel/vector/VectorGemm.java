package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;

/** The matrix product with integers carried in floats, see {@link VectorTiles}. */
final class VectorGemm implements IntegerGemm {

  private static final int[] ONE_SEGMENT = {0};

  private final FloatTiles tiles;
  private final CodeWidening widening;

  VectorGemm(FloatTiles tiles, CodeWidening widening) {
    this.tiles = tiles;
    this.widening = widening;
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    return tiles.pack(weights, k, n, weightsSigned, activationsSigned);
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    FloatPanels weights = (FloatPanels) b;
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
