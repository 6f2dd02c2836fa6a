package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.Scratch;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** As {@link VectorTiles}, on rows that lie interleaved: each step reads one run of values in place of eight rows. */
final class VectorInterleavedTiles implements InterleavedTiles {

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final int LANES = FLOATS.length();
  private static final int WIDTH = 2 * LANES;
  private static final boolean EIGHT_ROWS = Widths.manyRegisters(SHAPE);

  private final FloatTiles tiles;

  VectorInterleavedTiles(FloatTiles tiles) {
    this.tiles = tiles;
  }

  @Override
  public void multiply(
      float[] a, int m, FloatPanels b, int[] c, int cOffset, int cStride, Scratch scratch) {
    int k = b.k();
    float[] sums = scratch.partialSums(8 * WIDTH);
    for (int start = 0; start < k; start += b.exactLength()) {
      int length = Math.min(b.exactLength(), k - start);
      for (int panel = 0; panel < b.panels(); panel++) {
        int right = (panel * k + start) * WIDTH;
        int columns = Math.min(WIDTH, b.n() - panel * WIDTH);
        for (int row = 0; row < m; row += 8) {
          int left = row * k + start * 8;
          if (EIGHT_ROWS) {
            interleaved8(a, left, length, b.values(), right, sums);
          } else {
            interleaved4(a, left, length, b.values(), right, sums, 0);
            interleaved4(a, left + 4, length, b.values(), right, sums, 4 * WIDTH);
          }
          tiles.move(sums, 8, c, cOffset + panel * WIDTH + row * cStride, cStride, columns, start > 0);
        }
      }
    }
  }

  private static void interleaved8(float[] a, int left, int length, float[] b, int right, float[] sums) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    for (int i = 0; i < length; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, right + i * WIDTH);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, right + i * WIDTH + LANES);
      int at = left + i * 8;
      FloatVector x = FloatVector.broadcast(FLOATS, a[at]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(FLOATS, a[at + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(FLOATS, a[at + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(FLOATS, a[at + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(FLOATS, a[at + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(FLOATS, a[at + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(FLOATS, a[at + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(FLOATS, a[at + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(sums, 0);
    c01.intoArray(sums, LANES);
    c10.intoArray(sums, WIDTH);
    c11.intoArray(sums, WIDTH + LANES);
    c20.intoArray(sums, 2 * WIDTH);
    c21.intoArray(sums, 2 * WIDTH + LANES);
    c30.intoArray(sums, 3 * WIDTH);
    c31.intoArray(sums, 3 * WIDTH + LANES);
    c40.intoArray(sums, 4 * WIDTH);
    c41.intoArray(sums, 4 * WIDTH + LANES);
    c50.intoArray(sums, 5 * WIDTH);
    c51.intoArray(sums, 5 * WIDTH + LANES);
    c60.intoArray(sums, 6 * WIDTH);
    c61.intoArray(sums, 6 * WIDTH + LANES);
    c70.intoArray(sums, 7 * WIDTH);
    c71.intoArray(sums, 7 * WIDTH + LANES);
  }

  /** Four of eight interleaved rows. */
  private static void interleaved4(float[] a, int left, int length, float[] b, int right, float[] sums, int to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    for (int i = 0; i < length; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, right + i * WIDTH);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, right + i * WIDTH + LANES);
      int at = left + i * 8;
      FloatVector x = FloatVector.broadcast(FLOATS, a[at]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(FLOATS, a[at + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(FLOATS, a[at + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(FLOATS, a[at + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(sums, to);
    c01.intoArray(sums, to + LANES);
    c10.intoArray(sums, to + WIDTH);
    c11.intoArray(sums, to + WIDTH + LANES);
    c20.intoArray(sums, to + 2 * WIDTH);
    c21.intoArray(sums, to + 2 * WIDTH + LANES);
    c30.intoArray(sums, to + 3 * WIDTH);
    c31.intoArray(sums, to + 3 * WIDTH + LANES);
  }
}
