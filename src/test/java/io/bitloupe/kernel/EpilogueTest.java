package io.bitloupe.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.scalar.ScalarGemm;
import org.junit.jupiter.api.Test;

class EpilogueTest {

  @Test
  void zeroPointsOutsideTheInnerLoop() {
    // Techniques A1: qa = [10, 20, 30], Za = 5, qb = [1, 2, 3], Zb = 2: 140 - 30 - 120 + 30 = 20.
    byte[] a = {10, 20, 30};
    byte[] b = {1, 2, 3};
    IntegerGemm gemm = new ScalarGemm();
    PackedWeights packed = gemm.pack(b, 3, 1, true, false);
    int[] c = new int[1];
    gemm.multiply(a, 0, 3, 1, packed, c, 0, 1, new Scratch());
    assertThat(c).containsExactly(140);
    int[] folded = new int[1];
    Epilogue.fold(new int[] {0}, new int[] {packed.columnSums()[0] - 3 * 2}, 5, folded);
    assertThat(folded).containsExactly(-30 + 30);
    assertThat(c[0] + folded[0] - 2 * (10 + 20 + 30)).isEqualTo(20);
  }
}
