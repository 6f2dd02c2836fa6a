package io.bitloupe.kernel;

import io.bitloupe.quant.IntegerFormat;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Matrix products, codes in to codes out, by kernel, shape and bits: what {@code bitloupe bench kernels} compares, one at a time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GemmBenchmark {

  private static final long SEED = 1;

  /** Name of the kernels. */
  @Param({"vector", "machine"})
  public String kernels = "vector";

  /** M x K x N. */
  @Param({"512x512x512", "196x2304x256", "1x2048x1000"})
  public String shape = "512x512x512";

  /** Bits of weights x bits of activations. */
  @Param({"8x8", "4x8", "2x2", "1x1"})
  public String bits = "8x8";

  private Runnable product = () -> {};

  /** Makes operands and packs the weights. */
  @Setup
  public void setUp() {
    int[] size = numbers(shape);
    int[] widths = numbers(bits);
    int m = size[0];
    int k = size[1];
    int n = size[2];
    Random random = new Random(SEED);
    byte[] a = new byte[m * k];
    for (int i = 0; i < a.length; i++) {
      a[i] = (byte) random.nextInt(1 << widths[1]);
    }
    byte[] b = new byte[k * n];
    for (int i = 0; i < b.length; i++) {
      int level = random.nextInt(1 << widths[0]);
      b[i] = (byte) (widths[0] == 1 ? 2 * level - 1 : level - (1 << widths[0] - 1));
    }
    Kernels chosen =
        KernelChoice.named(kernels).orElseThrow(() -> new IllegalStateException("there are no " + kernels + " kernels here"));
    PackedWeights packed = chosen.gemm().pack(b, k, n, true, IntegerFormat.activations(widths[1]));
    float[] scales = new float[n];
    Arrays.fill(scales, 0.01f);
    Epilogue epilogue = new Epilogue(new int[n], new FloatScaleRequantizer(scales, 120, 0, 255));
    byte[] codes = new byte[m * n];
    Scratch scratch = new Scratch();
    product =
        () -> chosen.gemm().multiplyToCodes(a, 0, k, m, packed, epilogue, chosen.pointwise(), codes, 0, scratch);
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split("x", -1)).mapToInt(Integer::parseInt).toArray();
  }

  /** The product with its epilogue. */
  @Benchmark
  public void multiplyToCodes() {
    product.run();
  }
}
