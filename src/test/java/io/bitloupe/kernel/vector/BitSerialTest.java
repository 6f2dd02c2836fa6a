package io.bitloupe.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.scalar.ScalarGemm;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Scheme;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Products by AND and population count against the oracle, bit for bit, with guards around what they write. */
class BitSerialTest {

  private static final int SENTINEL = 0x5A5A5A5A;
  private static final int GUARD = 9;
  private static final int[] DEPTHS = {1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 511, 512, 513, 4097};
  private static final int[] ROWS = {1, 2, 3, 4, 5, 7, 8, 9, 17};
  private static final int[] COLUMNS = {1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65};
  private static final List<IntegerFormat> ACTIVATIONS =
      List.of(
          IntegerFormat.activations(1),
          IntegerFormat.activations(2),
          new IntegerFormat(1, true, Scheme.SYMMETRIC),
          new IntegerFormat(1, true, Scheme.ASYMMETRIC),
          new IntegerFormat(2, true, Scheme.SYMMETRIC),
          new IntegerFormat(2, true, Scheme.ASYMMETRIC));

  /** Sets of weights: signed or not, and their codes. */
  private record Weights(boolean signed, int... codes) {}

  private static final List<Weights> WEIGHTS =
      List.of(
          new Weights(true, -1, 1),
          new Weights(true, -1, 0, 1),
          new Weights(true, -2, -1, 0, 1),
          new Weights(true, -128, 127),
          new Weights(true, -128, -127, -126, -125),
          new Weights(true, 124, 125, 126, 127),
          new Weights(true, 5),
          new Weights(false, 0, 1),
          new Weights(false, 0, 255),
          new Weights(false, 252, 253, 254, 255));

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  BitSerialTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  private static List<VectorKernels> widths() {
    return List.of(VectorKernels.preferred(), VectorKernels.ofWidth(128), VectorKernels.ofWidth(256), VectorKernels.ofWidth(512));
  }

  @Test
  void everyFormatOnAwkwardShapes() {
    int cases = 0;
    for (VectorKernels kernels : widths()) {
      for (IntegerFormat format : ACTIVATIONS) {
        for (Weights weights : WEIGHTS) {
          for (int k : DEPTHS) {
            check(kernels.gemm(), ROWS[random.nextInt(ROWS.length)], k, COLUMNS[random.nextInt(COLUMNS.length)], format, weights, -1);
            cases++;
          }
        }
      }
    }
    assertThat(cases).isEqualTo(4 * ACTIVATIONS.size() * WEIGHTS.size() * DEPTHS.length);
  }

  @Test
  void everyNumberOfRowsAndColumns() {
    IntegerFormat format = IntegerFormat.activations(2);
    int cases = 0;
    for (VectorKernels kernels : widths()) {
      for (int m : ROWS) {
        for (int n : COLUMNS) {
          check(kernels.gemm(), m, 70, n, format, WEIGHTS.get(2), -1);
          cases++;
        }
      }
    }
    assertThat(cases).isEqualTo(4 * ROWS.length * COLUMNS.length);
  }

  /** All-least and all-greatest codes, up to 4 * 2^17 in a sum. */
  @Test
  void extremeCodes() {
    for (VectorKernels kernels : widths()) {
      for (IntegerFormat format : ACTIVATIONS) {
        for (Weights weights : WEIGHTS) {
          check(kernels.gemm(), 5, 1000, 33, format, weights, 0);
          check(kernels.gemm(), 5, 1000, 33, format, weights, 1);
        }
      }
      check(kernels.gemm(), 1, 131_071, 2, IntegerFormat.activations(2), new Weights(true, -128, 127), 1);
    }
  }

  @Test
  void widerOperandsAreLeftToOthers() {
    IntegerGemm gemm = VectorKernels.preferred().gemm();
    byte[] narrow = {-1, 1, 1, -1};
    byte[] wide = {-3, 1, 1, -1};
    assertThat(gemm.pack(narrow, 2, 2, true, IntegerFormat.activations(2))).isInstanceOf(BitPlanes.class);
    assertThat(gemm.pack(narrow, 2, 2, true, IntegerFormat.activations(3))).isNotInstanceOf(BitPlanes.class);
    assertThat(gemm.pack(wide, 2, 2, true, IntegerFormat.activations(1))).isNotInstanceOf(BitPlanes.class);
    assertThat(gemm.description(gemm.pack(narrow, 2, 2, true, IntegerFormat.activations(2)), 1))
        .isEqualTo("bit-serial, 2 x 1 planes");
  }

  /** Where bits are faster for a few rows only, more rows go to the other kernel, with the same result. */
  @Test
  void theRuleDecidesByRows() {
    IntegerGemm gemm = VectorKernels.bitSerialBeside(new ScalarGemm(), pairs -> pairs == 1 ? 3 : 0);
    Weights weights = WEIGHTS.getFirst();
    PackedWeights packed = gemm.pack(new byte[] {-1, 1, 1, -1}, 2, 2, true, IntegerFormat.activations(1));
    assertThat(gemm.description(packed, 3)).startsWith("bit-serial");
    assertThat(gemm.description(packed, 4)).isEqualTo("8-bit codes");
    assertThat(gemm.pack(new byte[] {-1, 1, 1, -1}, 2, 2, true, IntegerFormat.activations(2))).isNotInstanceOf(BitPlanes.class);
    check(gemm, 3, 100, 20, IntegerFormat.activations(1), weights, -1);
    check(gemm, 4, 100, 20, IntegerFormat.activations(1), weights, -1);
  }

  /** @param extreme 0 for the least codes of both operands, 1 for the greatest, anything else for random ones */
  private void check(IntegerGemm gemm, int m, int k, int n, IntegerFormat format, Weights weights, int extreme) {
    int stride = k + random.nextInt(3);
    int offset = random.nextInt(3);
    byte[] a = new byte[offset + (m - 1) * stride + k];
    int codes = format.quantMax() - format.quantMin() + 1;
    for (int i = 0; i < a.length; i++) {
      a[i] = (byte) (format.quantMin() + (extreme == 0 ? 0 : extreme == 1 ? codes - 1 : random.nextInt(codes)));
    }
    byte[] b = new byte[k * n];
    for (int i = 0; i < b.length; i++) {
      int last = weights.codes().length - 1;
      b[i] = (byte) weights.codes()[extreme == 0 ? 0 : extreme == 1 ? last : random.nextInt(last + 1)];
    }
    int cStride = n + random.nextInt(3);
    int[] expected = new int[GUARD + m * cStride + GUARD];
    Arrays.fill(expected, SENTINEL);
    int[] actual = expected.clone();
    IntegerGemm oracle = new ScalarGemm();
    PackedWeights reference = oracle.pack(b, k, n, weights.signed(), format.signed());
    PackedWeights packed = gemm.pack(b, k, n, weights.signed(), format);
    assertThat(packed).isInstanceOf(BitPlanes.class);
    oracle.multiply(a, offset, stride, m, reference, expected, GUARD, cStride, new Scratch());
    gemm.multiply(a, offset, stride, m, packed, actual, GUARD, cStride, new Scratch());
    assertThat(packed.columnSums()).isEqualTo(reference.columnSums());
    assertThat(actual)
        .as("seed %d: %d x %d x %d, %s, %s", seed, m, k, n, format, weights)
        .isEqualTo(expected);
  }
}
