package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.quant.IntegerFormat;
import java.util.Arrays;
import java.util.Optional;

/**
 * Weights of few values as planes of bits: {@code w = offset + step * (b0 + 2 * b1)}. Two values, such as -1 and +1, need one
 * plane whatever their distance. Panels of columns follow one another; a panel is its planes, a plane its rows of words, and a
 * word holds 32 neighbouring rows of one column.
 *
 * @param k rows
 * @param n columns
 * @param columnSums sum of the codes of each column
 * @param words panels x planes x ceil(K / 32) x width
 * @param width columns of a panel
 * @param planes number of planes, 1 or 2
 * @param offset least weight
 * @param step distance between neighbouring weights
 * @param columnTerms what each column of the product has in common, for panels of whole width
 * @param activations format of the other operand
 * @param manyRows the same weights for products of more rows than bit-serial products are good for; none where they always are
 */
record BitPlanes(
    int k,
    int n,
    int[] columnSums,
    int[] words,
    int width,
    int planes,
    int offset,
    int step,
    int[] columnTerms,
    IntegerFormat activations,
    Optional<PackedWeights> manyRows)
    implements PackedWeights {

  /** Planes of the widest operands that are multiplied bit by bit. */
  static final int MOST_PLANES = 2;

  /** Values of a set of codes: {@code offset + step * i} for i below 2^planes. */
  record Values(int planes, int offset, int step) {

    /** What takes the codes of a row-major matrix; empty where two planes are not enough. */
    static Optional<Values> of(byte[] codes, boolean signed) {
      boolean[] there = new boolean[256];
      for (byte code : codes) {
        there[Byte.toUnsignedInt(code)] = true;
      }
      int[] values = new int[256];
      int count = 0;
      for (int i = 0; i < there.length; i++) {
        if (there[i]) {
          values[count++] = signed ? (byte) i : i;
        }
      }
      int[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      int span = count == 0 ? 0 : sorted[count - 1] - sorted[0];
      if (count <= 2) {
        return Optional.of(new Values(1, count == 0 ? 0 : sorted[0], Math.max(1, span)));
      }
      return span < 1 << MOST_PLANES ? Optional.of(new Values(MOST_PLANES, sorted[0], 1)) : Optional.empty();
    }
  }

  /** Planes of the codes of a format; more than {@link #MOST_PLANES} where it has too many. */
  static int planesOf(IntegerFormat format) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(format.quantMax() - format.quantMin());
  }

  /** Packs a row-major K x N matrix of codes. */
  static BitPlanes pack(
      byte[] weights, int k, int n, boolean signed, Values values, IntegerFormat activations, int width,
      Optional<PackedWeights> manyRows) {
    int words = Math.ceilDiv(k, Integer.SIZE);
    int panels = Math.ceilDiv(n, width);
    int[] packed = new int[Math.multiplyExact(panels * values.planes(), words * width)];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        byte code = weights[row * n + column];
        int level = ((signed ? code : Byte.toUnsignedInt(code)) - values.offset()) / values.step();
        for (int plane = 0; plane < values.planes(); plane++) {
          int at = ((column / width * values.planes() + plane) * words + row / Integer.SIZE) * width + column % width;
          packed[at] |= (level >>> plane & 1) << row % Integer.SIZE;
        }
      }
    }
    int[] sums = PackedWeights.columnSums(weights, k, n, signed);
    int[] terms = new int[panels * width];
    for (int column = 0; column < n; column++) {
      terms[column] = activations.quantMin() * (sums[column] - k * values.offset());
    }
    return new BitPlanes(
        k, n, sums, packed, width, values.planes(), values.offset(), values.step(), terms, activations, manyRows);
  }

  /** Words of a row of one plane. */
  int rowWords() {
    return Math.ceilDiv(k, Integer.SIZE);
  }
}
