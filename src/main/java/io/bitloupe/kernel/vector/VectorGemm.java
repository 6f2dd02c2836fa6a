package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product with integers carried in floats: a float holds every integer up to 2^24 exactly, so multiply-adds of codes
 * are exact as long as partial sums stay below that, and run at the float rate, several times that of 32-bit integer lanes.
 * After {@link #BLOCK} products the partial sums are moved to ints.
 */
final class VectorGemm implements IntegerGemm {

  /** Products between two moves: 256 * 255 * 255 is below 2^24, whatever the signs. */
  static final int BLOCK = 256;

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final int LANES = FLOATS.length();

  /** Columns of a panel: two vectors. */
  private static final int WIDTH = 2 * LANES;

  /** Rows of the largest tile: 8 x 2 accumulators want 32 registers. */
  private static final int TILE = Widths.manyRegisters() ? 8 : 4;

  private final CodeWidening widening;

  VectorGemm(CodeWidening widening) {
    this.widening = widening;
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    int panels = (n + WIDTH - 1) / WIDTH;
    float[] values = new float[panels * k * WIDTH];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        byte code = weights[row * n + column];
        int panel = column / WIDTH;
        values[(panel * k + row) * WIDTH + column % WIDTH] = weightsSigned ? code : Byte.toUnsignedInt(code);
      }
    }
    return new FloatPanels(
        k, n, PackedWeights.columnSums(weights, k, n, weightsSigned), values, WIDTH, activationsSigned);
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    FloatPanels weights = (FloatPanels) b;
    int k = weights.k();
    int n = weights.n();
    int rowLength = (k + LANES - 1) / LANES * LANES;
    float[] left = scratch.operand(m * rowLength);
    for (int row = 0; row < m; row++) {
      widening.widen(a, aOffset + row * aStride, left, row * rowLength, k, weights.activationsSigned());
    }
    float[] sums = scratch.partialSums(TILE * WIDTH);
    for (int start = 0; start < k; start += BLOCK) {
      int length = Math.min(BLOCK, k - start);
      for (int panel = 0; panel < weights.panels(); panel++) {
        int right = (panel * k + start) * WIDTH;
        int column = panel * WIDTH;
        int row = 0;
        while (row < m) {
          int rows = tileRows(m - row);
          tile(rows, left, row * rowLength + start, rowLength, weights.values(), right, length, sums);
          move(sums, rows, c, cOffset + row * cStride + column, cStride, Math.min(WIDTH, n - column), start > 0);
          row += rows;
        }
      }
    }
  }

  private static int tileRows(int left) {
    if (left >= TILE) {
      return TILE;
    }
    return left >= 4 ? 4 : left >= 2 ? 2 : 1;
  }

  /** Moves the sums of a tile to ints. */
  private static void move(float[] sums, int rows, int[] c, int to, int stride, int columns, boolean add) {
    for (int row = 0; row < rows; row++) {
      int from = row * WIDTH;
      int at = to + row * stride;
      int column = 0;
      for (; column + LANES <= columns; column += LANES) {
        IntVector sum =
            (IntVector) FloatVector.fromArray(FLOATS, sums, from + column).convertShape(VectorOperators.F2I, INTS, 0);
        (add ? sum.add(IntVector.fromArray(INTS, c, at + column)) : sum).intoArray(c, at + column);
      }
      for (; column < columns; column++) {
        c[at + column] = (add ? c[at + column] : 0) + (int) sums[from + column];
      }
    }
  }

  private static void tile(int rows, float[] a, int aAt, int aStride, float[] b, int bAt, int k, float[] sums) {
    switch (rows) {
      case 8 -> tile8(a, aAt, aStride, b, bAt, k, sums);
      case 4 -> tile4(a, aAt, aStride, b, bAt, k, sums);
      case 2 -> tile2(a, aAt, aStride, b, bAt, k, sums);
      default -> tile1(a, aAt, b, bAt, k, sums);
    }
  }

  private static void tile8(float[] a, int aAt, int aStride, float[] b, int bAt, int k, float[] sums) {
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
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    int a6 = a5 + aStride;
    int a7 = a6 + aStride;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + LANES);
      FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(FLOATS, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(FLOATS, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(FLOATS, a[a3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(FLOATS, a[a4 + i]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(FLOATS, a[a5 + i]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(FLOATS, a[a6 + i]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(FLOATS, a[a7 + i]);
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

  private static void tile4(float[] a, int aAt, int aStride, float[] b, int bAt, int k, float[] sums) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + LANES);
      FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(FLOATS, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(FLOATS, a[a2 + i]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(FLOATS, a[a3 + i]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(sums, 0);
    c01.intoArray(sums, LANES);
    c10.intoArray(sums, WIDTH);
    c11.intoArray(sums, WIDTH + LANES);
    c20.intoArray(sums, 2 * WIDTH);
    c21.intoArray(sums, 2 * WIDTH + LANES);
    c30.intoArray(sums, 3 * WIDTH);
    c31.intoArray(sums, 3 * WIDTH + LANES);
  }

  private static void tile2(float[] a, int aAt, int aStride, float[] b, int bAt, int k, float[] sums) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    int a1 = aAt + aStride;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + LANES);
      FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + i]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(FLOATS, a[a1 + i]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
    }
    c00.intoArray(sums, 0);
    c01.intoArray(sums, LANES);
    c10.intoArray(sums, WIDTH);
    c11.intoArray(sums, WIDTH + LANES);
  }

  /** One row: pairs of rows of B go to accumulators of their own, so that additions do not wait for each other. */
  private static void tile1(float[] a, int aAt, float[] b, int bAt, int k, float[] sums) {
    FloatVector even0 = FloatVector.zero(FLOATS);
    FloatVector even1 = even0;
    FloatVector odd0 = even0;
    FloatVector odd1 = even0;
    int i = 0;
    for (; i < k - 1; i += 2) {
      FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + i]);
      FloatVector y = FloatVector.broadcast(FLOATS, a[aAt + i + 1]);
      even0 = x.fma(FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH), even0);
      even1 = x.fma(FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + LANES), even1);
      odd0 = y.fma(FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + WIDTH), odd0);
      odd1 = y.fma(FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + WIDTH + LANES), odd1);
    }
    if (i < k) {
      FloatVector x = FloatVector.broadcast(FLOATS, a[aAt + i]);
      even0 = x.fma(FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH), even0);
      even1 = x.fma(FloatVector.fromArray(FLOATS, b, bAt + i * WIDTH + LANES), even1);
    }
    even0.add(odd0).intoArray(sums, 0);
    even1.add(odd1).intoArray(sums, LANES);
  }
}
