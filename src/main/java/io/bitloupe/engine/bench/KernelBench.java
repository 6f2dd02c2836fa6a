package io.bitloupe.engine.bench;

import io.bitloupe.exec.OrtGemm;
import io.bitloupe.exec.OrtProduct;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Speed of matrix products, codes in to codes out with the epilogue, on one thread: our kernels beside ONNX Runtime's float
 * MatMul and its QLinearMatMul on the same numbers. Results are compared before anything is timed.
 */
public final class KernelBench {

  private static final long SEED = 1;

  /** Rows, length of the dot products, columns, bits of the weights. */
  private static final int[][] SHAPES = {
    {512, 512, 512, 8}, {784, 1152, 128, 8}, {196, 2304, 256, 8}, {128, 384, 1536, 8}, {49, 960, 160, 8}, {1, 2048, 1000, 8},
    {1, 2048, 1000, 4},
  };
  private static final int INPUT_ZERO_POINT = 113;
  private static final int OUTPUT_ZERO_POINT = 120;
  private static final int LARGEST_FOR_ORACLE = 1 << 27;
  private static final Duration BUDGET = Duration.ofSeconds(2);

  private KernelBench() {}

  /**
   * Figures of one shape, in 10^9 operations a second, a multiplication and an addition counting as two.
   *
   * @param m rows
   * @param k length of the dot products
   * @param n columns
   * @param weightBits bits of the weights as stored
   * @param scalar the oracle; empty on shapes that take it too long
   * @param vector the portable kernels
   * @param best the fastest kernels of our own
   * @param bestName their name
   * @param service ONNX Runtime's MatMulInteger with our epilogue
   * @param onnxruntimeFloat MatMul in float32
   * @param onnxruntimeInt8 QLinearMatMul
   */
  public record Row(
      int m,
      int k,
      int n,
      int weightBits,
      OptionalDouble scalar,
      double vector,
      double best,
      String bestName,
      double service,
      double onnxruntimeFloat,
      double onnxruntimeInt8) {}

  /** Measures all shapes, telling {@code progress} of each. */
  public static List<Row> run(java.util.function.IntConsumer progress) {
    List<Row> rows = new ArrayList<>();
    for (int[] shape : SHAPES) {
      rows.add(measure(shape[0], shape[1], shape[2], shape[3]));
      progress.accept(rows.size());
    }
    return rows;
  }

  /** Number of shapes. */
  public static int shapes() {
    return SHAPES.length;
  }

  private static Row measure(int m, int k, int n, int weightBits) {
    Random random = new Random(SEED);
    byte[] a = new byte[m * k];
    byte[] b = new byte[k * n];
    random.nextBytes(a);
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) (random.nextInt(1 << weightBits) - (1 << weightBits - 1));
    }
    float scale = (float) (60 * Math.sqrt(k) * (1 << weightBits - 1));
    List<Runnable> contestants = new ArrayList<>();
    List<Kernels> ours = new ArrayList<>(List.of(kernels("vector"), Kernels.best()));
    boolean oracle = (long) m * k * n <= LARGEST_FOR_ORACLE;
    if (oracle) {
      ours.add(kernels("scalar"));
    }
    try (OrtProduct floats = OrtProduct.ofFloats(floats(a), floats(b), m, k, n);
        OrtProduct codes = OrtProduct.ofCodes(a, b, m, k, n, INPUT_ZERO_POINT, scale, OUTPUT_ZERO_POINT);
        OrtGemm service = new OrtGemm()) {
      byte[] expected = codes.codes();
      for (Kernels kernels : ours) {
        byte[] out = new byte[m * n];
        contestants.add(checked(product(kernels.gemm(), kernels.pointwise(), a, b, m, k, n, scale, out), out, expected, kernels.name()));
      }
      byte[] served = new byte[m * n];
      contestants.add(
          checked(product(service, Kernels.best().pointwise(), a, b, m, k, n, scale, served), served, expected, "service"));
      contestants.add(floats::run);
      contestants.add(codes::run);
      double operations = 2.0 * m * k * n;
      double[] gops = Stopwatch.medians(contestants, BUDGET).stream().mapToDouble(time -> operations / time).toArray();
      int last = gops.length - 1;
      return new Row(
          m, k, n, weightBits, oracle ? OptionalDouble.of(gops[2]) : OptionalDouble.empty(), gops[0], gops[1],
          ours.get(1).name(), gops[last - 2], gops[last - 1], gops[last]);
    }
  }

  private static Kernels kernels(String name) {
    return KernelChoice.named(name).orElseThrow(() -> new IllegalStateException("There are no " + name + " kernels."));
  }

  private static Runnable checked(Runnable product, byte[] out, byte[] expected, String name) {
    product.run();
    if (!Arrays.equals(out, expected)) {
      throw new IllegalStateException("The product of %s differs from ONNX Runtime's QLinearMatMul.".formatted(name));
    }
    return product;
  }

  private static Runnable product(
      IntegerGemm gemm, Pointwise pointwise, byte[] a, byte[] b, int m, int k, int n, float scale, byte[] out) {
    PackedWeights packed = gemm.pack(b, k, n, true, false);
    int[] bias = new int[n];
    Epilogue.fold(new int[n], packed.columnSums(), INPUT_ZERO_POINT, bias);
    float[] scales = new float[n];
    Arrays.fill(scales, 1f / scale);
    Epilogue epilogue = new Epilogue(bias, new FloatScaleRequantizer(scales, OUTPUT_ZERO_POINT, 0, 255));
    Scratch scratch = new Scratch();
    return () -> gemm.multiplyToCodes(a, 0, k, m, packed, epilogue, pointwise, out, 0, scratch);
  }

  private static float[] floats(byte[] codes) {
    float[] values = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      values[i] = codes[i];
    }
    return values;
  }
}
