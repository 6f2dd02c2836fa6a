package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.scalar.ScalarGemm;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** ONNX Runtime as a service of matrix products gives the oracle's sums and writes nothing else. */
class OrtGemmTest {

  private static final int[][] SHAPES = {{1, 1, 1}, {1, 127, 10}, {7, 63, 33}, {17, 129, 31}, {64, 64, 64}};

  @Test
  void sumsEqualTheOracle() {
    Random random = new Random(7);
    OrtGemm service = new OrtGemm();
    for (int[] shape : SHAPES) {
      for (boolean activationsSigned : new boolean[] {false, true}) {
        byte[] a = new byte[3 + shape[0] * (shape[1] + 2)];
        // Without VNNI ONNX Runtime saturates sums of two products, which weights of 7 bits cannot reach.
        byte[] b = new byte[shape[1] * shape[2]];
        random.nextBytes(a);
        for (int i = 0; i < b.length; i++) {
          b[i] = (byte) (random.nextInt(128) - 64);
        }
        int stride = shape[2] + 3;
        int[] expected = new int[1 + shape[0] * stride];
        Arrays.fill(expected, 77);
        int[] actual = expected.clone();
        for (IntegerGemm gemm : List.of(new ScalarGemm(), service)) {
          PackedWeights packed = gemm.pack(b, shape[1], shape[2], true, activationsSigned);
          gemm.multiply(
              a, 3, shape[1] + 2, shape[0], packed, gemm.equals(service) ? actual : expected, 1, stride, new Scratch());
        }
        assertThat(actual).as(Arrays.toString(shape)).isEqualTo(expected);
      }
    }
  }
}
