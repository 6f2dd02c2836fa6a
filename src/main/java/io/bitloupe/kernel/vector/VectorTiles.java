package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of codes carried in floats: a float holds every integer up to 2^24 exactly, so multiply-adds of codes are exact as
 * long as partial sums stay below that, and run at the float rate, several times that of 32-bit integer lanes. Before the sums
 * of a tile can grow beyond, they are moved to ints. A tile of 8 rows and 2 vectors of columns stays in registers.
 */
final class VectorTiles implements FloatTiles {

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final int LANES = FLOATS.length();

  /** Columns of a panel: two vectors. */
  private static final int WIDTH = 2 * LANES;

  /** Rows of the largest tile: 8 x 2 accumulators want 32 registers. */
  private static final int TILE = Widths.manyRegisters(SHAPE) ? 8 : 4;

  /** Most products between two moves, so that the part of the right-hand panel in use stays in the nearest cache. */
  private static final int MAX_BLOCK = 256;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public FloatPanels pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    int panels = (n + WIDTH - 1) / WIDTH;
    float[] values = new float[panels * k * WIDTH];
    for (int panel = 0; panel < panels; panel++) {
      int first = panel * WIDTH;
      int columns = Math.min(WIDTH, n - first);
      for (int row = 0; row < k; row++) {
        int from = row * n + first;
        int to = (panel * k + row) * WIDTH;
        for (int column = 0; column < columns; column++) {
          byte code = weights[from + column];
          values[to + column] = weightsSigned ? code : code & 0xFF;
        }
      }
    }
    int greatest = (weightsSigned ? 128 : 255) * (activationsSigned ? 128 : 255);
    return new FloatPanels(
        k,
        n,
        PackedWeights.columnSums(weights, k, n, weightsSigned),
        values,
        WIDTH,
        activationsSigned,
        Math.min(MAX_BLOCK, (1 << 24) / greatest));
  }

  @Override
  public void multiply(
      float[] a,
      int[] rows,
      int m,
      int[] segments,
      int segmentLength,
      FloatPanels b,
      int[] c,
      int cOffset,
      int cStride,
      Scratch scratch) {
    // A block is some whole segments, or a part of one.
    int block = b.exactLength();
    int together = Math.max(1, block / Math.max(1, segmentLength));
    int part = Math.min(segmentLength, block);
    float[] sums = scratch.partialSums(8 * WIDTH);
    for (int segment = 0; segment < segments.length; segment += together) {
      int end = Math.min(segments.length, segment + together);
      for (int start = 0; start < segmentLength; start += part) {
        int length = Math.min(part, segmentLength - start);
        boolean add = segment > 0 || start > 0;
        for (int panel = 0; panel < b.panels(); panel++) {
          int right = (panel * b.k() + segment * segmentLength + start) * WIDTH;
          int columns = Math.min(WIDTH, b.n() - panel * WIDTH);
          boolean narrow = columns <= LANES;
          int to = cOffset + panel * WIDTH;
          int row = 0;
          while (row < m) {
            int left = m - row;
            int done;
            if (left >= 8 && (narrow || TILE == 8)) {
              if (narrow) {
                narrow8(a, rows, row, segments, segment, end, start, length, b.values(), right, sums);
              } else {
                tile8(a, rows, row, segments, segment, end, start, length, b.values(), right, sums);
              }
              done = 8;
            } else if (left >= 4) {
              tile4(a, rows, row, segments, segment, end, start, length, b.values(), right, sums);
              done = 4;
            } else {
              tile1(a, rows[row] + start, segments, segment, end, length, b.values(), right, sums);
              done = 1;
            }
            move(sums, done, c, to + row * cStride, cStride, columns, add);
            row += done;
          }
        }
      }
    }
  }

  @Override
  public void move(float[] sums, int rows, int[] c, int to, int stride, int columns, boolean add) {
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

  private static void tile8(
      float[] a, int[] rows, int row, int[] segments, int from, int to, int start, int length, float[] b, int bAt, float[] sums) {
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
    int a0 = rows[row] + start;
    int a1 = rows[row + 1] + start;
    int a2 = rows[row + 2] + start;
    int a3 = rows[row + 3] + start;
    int a4 = rows[row + 4] + start;
    int a5 = rows[row + 5] + start;
    int a6 = rows[row + 6] + start;
    int a7 = rows[row + 7] + start;
    int right = bAt;
    for (int segment = from; segment < to; segment++) {
      int shift = segments[segment];
      for (int i = shift; i < shift + length; i++) {
        FloatVector b0 = FloatVector.fromArray(FLOATS, b, right);
        FloatVector b1 = FloatVector.fromArray(FLOATS, b, right + LANES);
        right += WIDTH;
        FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + i]);
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

  private static void tile4(
      float[] a, int[] rows, int row, int[] segments, int from, int to, int start, int length, float[] b, int bAt, float[] sums) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    int a0 = rows[row] + start;
    int a1 = rows[row + 1] + start;
    int a2 = rows[row + 2] + start;
    int a3 = rows[row + 3] + start;
    int right = bAt;
    for (int segment = from; segment < to; segment++) {
      int shift = segments[segment];
      for (int i = shift; i < shift + length; i++) {
        FloatVector b0 = FloatVector.fromArray(FLOATS, b, right);
        FloatVector b1 = FloatVector.fromArray(FLOATS, b, right + LANES);
        right += WIDTH;
        FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + i]);
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

  private static void narrow8(
      float[] a, int[] rows, int row, int[] segments, int from, int to, int start, int length, float[] b, int bAt, float[] sums) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c10 = c00;
    FloatVector c20 = c00;
    FloatVector c30 = c00;
    FloatVector c40 = c00;
    FloatVector c50 = c00;
    FloatVector c60 = c00;
    FloatVector c70 = c00;
    int a0 = rows[row] + start;
    int a1 = rows[row + 1] + start;
    int a2 = rows[row + 2] + start;
    int a3 = rows[row + 3] + start;
    int a4 = rows[row + 4] + start;
    int a5 = rows[row + 5] + start;
    int a6 = rows[row + 6] + start;
    int a7 = rows[row + 7] + start;
    int right = bAt;
    for (int segment = from; segment < to; segment++) {
      int shift = segments[segment];
      for (int i = shift; i < shift + length; i++) {
        FloatVector b0 = FloatVector.fromArray(FLOATS, b, right);
        right += WIDTH;
        FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + i]);
        c00 = x.fma(b0, c00);
        x = FloatVector.broadcast(FLOATS, a[a1 + i]);
        c10 = x.fma(b0, c10);
        x = FloatVector.broadcast(FLOATS, a[a2 + i]);
        c20 = x.fma(b0, c20);
        x = FloatVector.broadcast(FLOATS, a[a3 + i]);
        c30 = x.fma(b0, c30);
        x = FloatVector.broadcast(FLOATS, a[a4 + i]);
        c40 = x.fma(b0, c40);
        x = FloatVector.broadcast(FLOATS, a[a5 + i]);
        c50 = x.fma(b0, c50);
        x = FloatVector.broadcast(FLOATS, a[a6 + i]);
        c60 = x.fma(b0, c60);
        x = FloatVector.broadcast(FLOATS, a[a7 + i]);
        c70 = x.fma(b0, c70);
      }
    }
    c00.intoArray(sums, 0);
    c10.intoArray(sums, WIDTH);
    c20.intoArray(sums, 2 * WIDTH);
    c30.intoArray(sums, 3 * WIDTH);
    c40.intoArray(sums, 4 * WIDTH);
    c50.intoArray(sums, 5 * WIDTH);
    c60.intoArray(sums, 6 * WIDTH);
    c70.intoArray(sums, 7 * WIDTH);
  }

  /** One row: pairs of rows of B go to accumulators of their own, so that additions do not wait for each other. */
  private static void tile1(
      float[] a, int aAt, int[] segments, int from, int to, int length, float[] b, int bAt, float[] sums) {
    FloatVector even0 = FloatVector.zero(FLOATS);
    FloatVector even1 = even0;
    FloatVector odd0 = even0;
    FloatVector odd1 = even0;
    int right = bAt;
    for (int segment = from; segment < to; segment++) {
      int i = aAt + segments[segment];
      int end = i + length;
      for (; i < end - 1; i += 2) {
        FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
        FloatVector y = FloatVector.broadcast(FLOATS, a[i + 1]);
        even0 = x.fma(FloatVector.fromArray(FLOATS, b, right), even0);
        even1 = x.fma(FloatVector.fromArray(FLOATS, b, right + LANES), even1);
        odd0 = y.fma(FloatVector.fromArray(FLOATS, b, right + WIDTH), odd0);
        odd1 = y.fma(FloatVector.fromArray(FLOATS, b, right + WIDTH + LANES), odd1);
        right += 2 * WIDTH;
      }
      if (i < end) {
        FloatVector x = FloatVector.broadcast(FLOATS, a[i]);
        even0 = x.fma(FloatVector.fromArray(FLOATS, b, right), even0);
        even1 = x.fma(FloatVector.fromArray(FLOATS, b, right + LANES), even1);
        right += WIDTH;
      }
    }
    even0.add(odd0).intoArray(sums, 0);
    even1.add(odd1).intoArray(sums, LANES);
  }
}
