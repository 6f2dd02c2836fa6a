package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;

/** The matrix product that all others are tested against. */
public final class ScalarGemm implements IntegerGemm {

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    short[] values = new short[k * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) (weightsSigned ? weights[i] : Byte.toUnsignedInt(weights[i]));
    }
    return new ScalarWeights(k, n, PackedWeights.columnSums(values, k, n), values, activationsSigned);
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    ScalarWeights weights = (ScalarWeights) b;
    for (int row = 0; row < m; row++) {
      for (int column = 0; column < weights.n(); column++) {
        int sum = 0;
        for (int i = 0; i < weights.k(); i++) {
          sum += weights.activation(a[aOffset + row * aStride + i]) * weights.weight(i, column);
        }
        c[cOffset + row * cStride + column] = sum;
      }
    }
  }
}
