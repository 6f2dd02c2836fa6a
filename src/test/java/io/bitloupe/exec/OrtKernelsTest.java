package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.scalar.ScalarGemm;
import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.kernel.vector.VectorKernels;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.LoweredGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Large products in ONNX Runtime and small ones elsewhere give what the oracle gives. */
class OrtKernelsTest {

  private static final int SENTINEL = 0x5A5A5A5A;
  private static final int[][] LARGE = {{128, 128, 128}, {129, 257, 65}, {1, 2049, 1025}};
  private static final int[][] SMALL = {{1, 1, 1}, {3, 65, 33}, {127, 128, 128}};

  private final Kernels kernels = new OrtKernels(VectorKernels.preferred());

  @Test
  void sumsEqualTheOracleOnBothSidesOfTheLimit() {
    for (int[] shape : LARGE) {
      assertThat(compare(shape)).as(Arrays.toString(shape)).isEqualTo("MatMulInteger");
    }
    for (int[] shape : SMALL) {
      assertThat(compare(shape)).as(Arrays.toString(shape)).isNotEqualTo("MatMulInteger");
    }
  }

  /** Compares sums, and returns what multiplied. */
  private String compare(int[] shape) {
    Random random = new Random(7);
    int m = shape[0];
    int k = shape[1];
    int n = shape[2];
    byte[] a = new byte[m * k];
    byte[] b = new byte[k * n];
    random.nextBytes(a);
    for (int i = 0; i < b.length; i++) {
      // 7 bits, which no processor saturates on.
      b[i] = (byte) (random.nextInt(128) - 64);
    }
    for (boolean signed : new boolean[] {false, true}) {
      int[] expected = new int[m * n + 2];
      Arrays.fill(expected, SENTINEL);
      int[] actual = expected.clone();
      for (IntegerGemm gemm : List.of(new ScalarGemm(), kernels.gemm())) {
        PackedWeights packed = gemm.pack(b, k, n, true, signed);
        gemm.multiply(a, 0, k, m, packed, gemm.equals(kernels.gemm()) ? actual : expected, 1, n, new Scratch());
      }
      assertThat(actual).as("%s, signed %s", Arrays.toString(shape), signed).isEqualTo(expected);
    }
    return kernels.gemm().description(kernels.gemm().pack(b, k, n, true, false), m);
  }

  /** Weights for one product have no session, so nothing of that product is ONNX Runtime's. */
  @Test
  void productsOfTwoActivationsStayHere() {
    PackedWeights once = kernels.gemm().packOnce(new byte[512 * 512], 0, 512, 512, true, false, new Scratch());
    assertThat(kernels.gemm().description(once, 512)).isEqualTo(VectorKernels.preferred().gemm().description(once, 512));
  }

  /** A convolution gathers rows for products that are large enough. */
  @Test
  void aConvolutionAnswersAsTheOracleDoes() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 64, 12, 12)
                .random("w", 64, 64, 3, 3)
                .node("Conv", "x,w", "y", "pads", new int[] {1, 1, 1, 1})
                .output("y")
                .build());
    // Weights of 7 bits, which no processor saturates on.
    LoweredGraph lowered = Lab.lower(model, Lab.bits(7, 8));
    Map<String, Tensor> inputs = TestGraph.randomInputs(model.graph(), 1, 5);
    try (IntegerRuntime oracle = IntegerRuntime.open(lowered, ScalarKernels.INSTANCE);
        IntegerRuntime service = IntegerRuntime.open(lowered, kernels)) {
      assertThat(service.run(inputs, 1).get("y").floats()).isEqualTo(oracle.run(inputs, 1).get("y").floats());
    }
  }

  /** They are offered where their greatest sums are exact, which on x86-64 takes a dot product of bytes. */
  @Test
  void areOfferedWhereTheyAreExact() throws IOException {
    Path flags = Path.of("/proc/cpuinfo");
    String processor = Files.exists(flags) ? Files.readString(flags) : "";
    if (processor.contains("avx512_vnni") || processor.contains("avx_vnni") || processor.contains("asimddp")) {
      assertThat(KernelChoice.named("onnxruntime")).isPresent();
    }
    assertThat(OrtKernelProvider.isExact(new ScalarGemm())).isTrue();
    assertThat(OrtKernelProvider.isExact(new Saturating())).isFalse();
  }

  /** Sums of two products stop at the ends of a 16-bit integer, as they do on processors without a dot product of bytes. */
  private static final class Saturating implements IntegerGemm {
    private final IntegerGemm exact = new ScalarGemm();

    @Override
    public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
      return exact.pack(weights, k, n, weightsSigned, activationsSigned);
    }

    @Override
    public void multiply(
        byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
      exact.multiply(a, aOffset, aStride, m, b, c, cOffset, cStride, scratch);
      int bound = b.k() / 2 * Short.MIN_VALUE;
      Arrays.setAll(c, i -> Math.max(c[i], bound));
    }
  }
}
