package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.IntegerFormat;
import java.util.Optional;

/**
 * Products of operands of 1 and 2 bits by AND and population count (XNOR-Net, Rastegari et al. 2016, 3.2; Umuroglu et al. 2018
 * for more than one bit), where that is faster than what it stands beside; all other products are left to that one.
 */
final class BitSerialGemm implements IntegerGemm {

  /** Up to how many rows of A a bit-serial product is the faster one. */
  interface Rule {

    /**
     * The greatest number of rows, 0 where bit-serial products are never faster.
     *
     * @param planePairs planes of A times planes of B, each pair of which takes a pass
     */
    int mostRows(int planePairs);
  }

  private static final int SUM_ROWS = 4;

  private final IntegerGemm others;
  private final BitTiles tiles;
  private final Rule rule;

  BitSerialGemm(IntegerGemm others, BitTiles tiles, Rule rule) {
    this.others = others;
    this.tiles = tiles;
    this.rule = rule;
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    return others.pack(weights, k, n, weightsSigned, activationsSigned);
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, IntegerFormat activations) {
    int planes = BitPlanes.planesOf(activations);
    if (planes <= BitPlanes.MOST_PLANES) {
      Optional<BitPlanes.Values> values = BitPlanes.Values.of(weights, weightsSigned);
      int rows = values.map(found -> rule.mostRows(planes * found.planes())).orElse(0);
      if (rows > 0) {
        Optional<PackedWeights> manyRows =
            rows == Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(others.pack(weights, k, n, weightsSigned, activations));
        return BitPlanes.pack(weights, k, n, weightsSigned, values.get(), activations, tiles.width(), manyRows);
      }
    }
    return others.pack(weights, k, n, weightsSigned, activations);
  }

  @Override
  public PackedWeights packOnce(
      byte[] codes, int offset, int k, int n, boolean signed, boolean leftSigned, Scratch scratch) {
    return others.packOnce(codes, offset, k, n, signed, leftSigned, scratch);
  }

  @Override
  public String description(PackedWeights b, int m) {
    return chosen(b, m) instanceof BitPlanes bits
        ? "bit-serial, %d x %d planes".formatted(BitPlanes.planesOf(bits.activations()), bits.planes())
        : others.description(b, m);
  }

  /** The weights to multiply {@code m} rows by. */
  private PackedWeights chosen(PackedWeights b, int m) {
    return b instanceof BitPlanes bits && bits.manyRows().isPresent() && m > rule.mostRows(pairs(bits))
        ? bits.manyRows().get()
        : b;
  }

  private static int pairs(BitPlanes bits) {
    return BitPlanes.planesOf(bits.activations()) * bits.planes();
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    PackedWeights chosen = chosen(b, m);
    if (chosen instanceof BitPlanes weights) {
      serial(a, aOffset, aStride, m, weights, c, cOffset, cStride, scratch);
    } else {
      others.multiply(a, aOffset, aStride, m, chosen, c, cOffset, cStride, scratch);
    }
  }

  @Override
  public void multiplyToCodes(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, Epilogue epilogue, Pointwise pointwise, byte[] codes,
      int codeOffset, Scratch scratch) {
    PackedWeights chosen = chosen(b, m);
    if (chosen instanceof BitPlanes) {
      IntegerGemm.super.multiplyToCodes(a, aOffset, aStride, m, chosen, epilogue, pointwise, codes, codeOffset, scratch);
    } else {
      others.multiplyToCodes(a, aOffset, aStride, m, chosen, epilogue, pointwise, codes, codeOffset, scratch);
    }
  }

  /**
   * With {@code a = least + u} and {@code w = offset + step * t}: {@code sum of a w = step * sum of u t + offset * sum of a +
   * least * (sum of w - K * offset)}. The last part belongs to the column and is packed with it.
   */
  private void serial(
      byte[] a, int aOffset, int aStride, int m, BitPlanes weights, int[] c, int cOffset, int cStride, Scratch scratch) {
    int least = weights.activations().quantMin();
    int planes = BitPlanes.planesOf(weights.activations());
    int words = weights.rowWords();
    int[] bits = scratch.rows(planes * m * words);
    tiles.planes(a, aOffset, aStride, m, weights.k(), least, planes, bits);
    int[] rowTerms = scratch.sums(m);
    for (int row = 0; row < m; row++) {
      int sum = weights.k() * least;
      for (int plane = 0; plane < planes; plane++) {
        int from = (plane * m + row) * words;
        for (int i = from; i < from + words; i++) {
          sum += Integer.bitCount(bits[i]) << plane;
        }
      }
      rowTerms[row] = weights.offset() * sum;
    }
    tiles.multiply(
        bits, planes, m, weights, rowTerms, c, cOffset, cStride, scratch.tile(SUM_ROWS * tiles.width()));
  }
}
