package io.bitloupe.kernel.vector;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * AND and population count on words of 32 bits. A tile of 4 rows and 2 vectors of columns stays in registers; more rows would
 * not help, since population counts, not loads, limit it.
 */
final class VectorBitTiles implements BitTiles {

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, SHAPE);
  private static final int LANES = INTS.length();
  private static final int WIDTH = 2 * LANES;
  private static final int TILE = 4;

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public void planes(byte[] a, int offset, int stride, int m, int k, int least, int planes, int[] words) {
    int rowWords = Math.ceilDiv(k, Integer.SIZE);
    Arrays.fill(words, 0, planes * m * rowWords, 0);
    for (int row = 0; row < m; row++) {
      int from = offset + row * stride;
      for (int plane = 0; plane < planes; plane++) {
        plane(a, from, k, least, plane, words, (plane * m + row) * rowWords);
      }
    }
  }

  private static void plane(byte[] a, int from, int k, int least, int plane, int[] words, int to) {
    byte bit = (byte) (1 << plane);
    int i = 0;
    for (; i + BYTES.length() <= k; i += BYTES.length()) {
      long bits =
          ByteVector.fromArray(BYTES, a, from + i)
              .sub((byte) least)
              .and(bit)
              .compare(VectorOperators.NE, (byte) 0)
              .toLong();
      int at = to + i / Integer.SIZE;
      words[at] |= (int) (bits << i % Integer.SIZE);
      if (BYTES.length() == Long.SIZE) {
        words[at + 1] = (int) (bits >>> Integer.SIZE);
      }
    }
    for (; i < k; i++) {
      words[to + i / Integer.SIZE] |= (a[from + i] - least >>> plane & 1) << i % Integer.SIZE;
    }
  }

  @Override
  public void multiply(int[] a, int planes, int m, BitPlanes b, int[] rowTerms, int[] c, int cOffset, int cStride, int[] sums) {
    int words = b.rowWords();
    for (int first = 0; first < b.n(); first += WIDTH) {
      int columns = Math.min(WIDTH, b.n() - first);
      int panel = first / WIDTH * b.planes();
      int done;
      for (int row = 0; row < m; row += done) {
        done = m - row >= TILE ? TILE : 1;
        Arrays.fill(sums, 0, done * WIDTH, 0);
        // From the heaviest pairs of planes to the lightest, doubling what is there from weight to weight.
        for (int weight = planes + b.planes() - 2; weight >= 0; weight--) {
          int shift = 1;
          for (int plane = Math.max(0, weight - b.planes() + 1); plane <= Math.min(weight, planes - 1); plane++) {
            int left = (plane * m + row) * words;
            int right = (panel + weight - plane) * words * WIDTH;
            if (done == TILE) {
              tile4(a, left, words, b.words(), right, sums, shift);
            } else {
              tile1(a, left, words, b.words(), right, sums, shift);
            }
            shift = 0;
          }
        }
        finish(sums, done, columns, b, first, rowTerms, row, c, cOffset + row * cStride + first, cStride);
      }
    }
  }

  private static void finish(
      int[] sums, int rows, int columns, BitPlanes b, int first, int[] rowTerms, int row, int[] c, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      int term = rowTerms[row + r];
      int at = to + r * stride;
      int column = 0;
      for (; column + LANES <= columns; column += LANES) {
        IntVector.fromArray(INTS, sums, r * WIDTH + column)
            .mul(b.step())
            .add(term)
            .add(IntVector.fromArray(INTS, b.columnTerms(), first + column))
            .intoArray(c, at + column);
      }
      for (; column < columns; column++) {
        c[at + column] = sums[r * WIDTH + column] * b.step() + term + b.columnTerms()[first + column];
      }
    }
  }

  private static void tile4(int[] a, int left, int words, int[] b, int right, int[] sums, int shift) {
    IntVector c00 = IntVector.fromArray(INTS, sums, 0).lanewise(VectorOperators.LSHL, shift);
    IntVector c01 = IntVector.fromArray(INTS, sums, LANES).lanewise(VectorOperators.LSHL, shift);
    IntVector c10 = IntVector.fromArray(INTS, sums, WIDTH).lanewise(VectorOperators.LSHL, shift);
    IntVector c11 = IntVector.fromArray(INTS, sums, WIDTH + LANES).lanewise(VectorOperators.LSHL, shift);
    IntVector c20 = IntVector.fromArray(INTS, sums, 2 * WIDTH).lanewise(VectorOperators.LSHL, shift);
    IntVector c21 = IntVector.fromArray(INTS, sums, 2 * WIDTH + LANES).lanewise(VectorOperators.LSHL, shift);
    IntVector c30 = IntVector.fromArray(INTS, sums, 3 * WIDTH).lanewise(VectorOperators.LSHL, shift);
    IntVector c31 = IntVector.fromArray(INTS, sums, 3 * WIDTH + LANES).lanewise(VectorOperators.LSHL, shift);
    for (int i = 0; i < words; i++) {
      IntVector b0 = IntVector.fromArray(INTS, b, right + i * WIDTH);
      IntVector b1 = IntVector.fromArray(INTS, b, right + i * WIDTH + LANES);
      int at = left + i;
      IntVector x = IntVector.broadcast(INTS, a[at]);
      c00 = c00.add(x.and(b0).lanewise(VectorOperators.BIT_COUNT));
      c01 = c01.add(x.and(b1).lanewise(VectorOperators.BIT_COUNT));
      x = IntVector.broadcast(INTS, a[at + words]);
      c10 = c10.add(x.and(b0).lanewise(VectorOperators.BIT_COUNT));
      c11 = c11.add(x.and(b1).lanewise(VectorOperators.BIT_COUNT));
      x = IntVector.broadcast(INTS, a[at + 2 * words]);
      c20 = c20.add(x.and(b0).lanewise(VectorOperators.BIT_COUNT));
      c21 = c21.add(x.and(b1).lanewise(VectorOperators.BIT_COUNT));
      x = IntVector.broadcast(INTS, a[at + 3 * words]);
      c30 = c30.add(x.and(b0).lanewise(VectorOperators.BIT_COUNT));
      c31 = c31.add(x.and(b1).lanewise(VectorOperators.BIT_COUNT));
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

  private static void tile1(int[] a, int left, int words, int[] b, int right, int[] sums, int shift) {
    IntVector c0 = IntVector.fromArray(INTS, sums, 0).lanewise(VectorOperators.LSHL, shift);
    IntVector c1 = IntVector.fromArray(INTS, sums, LANES).lanewise(VectorOperators.LSHL, shift);
    for (int i = 0; i < words; i++) {
      IntVector x = IntVector.broadcast(INTS, a[left + i]);
      c0 = c0.add(x.and(IntVector.fromArray(INTS, b, right + i * WIDTH)).lanewise(VectorOperators.BIT_COUNT));
      c1 = c1.add(x.and(IntVector.fromArray(INTS, b, right + i * WIDTH + LANES)).lanewise(VectorOperators.BIT_COUNT));
    }
    c0.intoArray(sums, 0);
    c1.intoArray(sums, LANES);
  }
}
