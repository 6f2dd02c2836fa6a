package io.bitloupe.engine.bench;

import io.bitloupe.exec.OrtGemm;
import io.bitloupe.exec.OrtProduct;
import io.bitloupe.exec.Processor;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.IntegerFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Speed of matrix products, codes in to codes out with the epilogue, on one thread: our kernels beside ONNX Runtime's float
 * MatMul and its QLinearMatMul on the same numbers. Results are compared with the scalar kernel's before anything is timed.
 */
public final class KernelBench {

  private static final long SEED = 1;

  /** Rows, length of the dot products, columns, bits of the weights, bits of the activations. */
  private static final int[][] SHAPES = {
    {512, 512, 512, 8, 8}, {784, 1152, 128, 8, 8}, {196, 2304, 256, 8, 8}, {128, 384, 1536, 8, 8}, {49, 960, 160, 8, 8},
    {1, 2048, 1000, 8, 8}, {1, 2048, 1000, 4, 8}, {196, 2304, 256, 4, 8}, {49, 960, 160, 4, 8},
    {512, 512, 512, 1, 1}, {512, 512, 512, 1, 2}, {512, 512, 512, 2, 2},
    {32, 2048, 1000, 1, 1}, {32, 2048, 1000, 2, 2}, {1, 2048, 1000, 1, 1}, {1, 2048, 1000, 2, 2},
  };
  private static final int INPUT_ZERO_POINT = 113;
  private static final int NARROW_ZERO_POINT = 1;
  private static final int OUTPUT_ZERO_POINT = 120;
  private static final int LARGEST_FOR_ORACLE = 1 << 27;
  private static final int ORACLE_RUNS = 3;
  private static final Duration BUDGET = Duration.ofSeconds(2);

  private KernelBench() {}

  /**
   * Figures of one shape, in 10^9 operations a second, a multiplication and an addition counting as two.
   *
   * @param m rows
   * @param k length of the dot products
   * @param n columns
   * @param weightBits bits of the weights
   * @param activationBits bits of the activations
   * @param scalar the oracle; empty on shapes that take it too long
   * @param vector the portable kernels
   * @param best the fastest kernels of our own
   * @param bestName their name
   * @param bestReason what they multiply these operands with
   * @param bytes the fastest kernels told that the operands have 8 bits
   * @param service ONNX Runtime's MatMulInteger with our epilogue
   * @param onnxruntimeFloat MatMul in float32
   * @param onnxruntimeInt8 QLinearMatMul
   * @param onnxruntimeSaturates whether ONNX Runtime's sums of 8-bit products came out wrong, as on an x86 without VNNI
   */
  public record Row(
      int m,
      int k,
      int n,
      int weightBits,
      int activationBits,
      OptionalDouble scalar,
      double vector,
      double best,
      String bestName,
      String bestReason,
      double bytes,
      double service,
      double onnxruntimeFloat,
      double onnxruntimeInt8,
      boolean onnxruntimeSaturates) {}

  /** Measures all shapes, telling {@code progress} of each. */
  public static List<Row> run(java.util.function.IntConsumer progress) {
    List<Row> rows = new ArrayList<>();
    for (int[] shape : SHAPES) {
      rows.add(measure(shape[0], shape[1], shape[2], shape[3], shape[4]));
      progress.accept(rows.size());
    }
    return rows;
  }

  /** Number of shapes. */
  public static int shapes() {
    return SHAPES.length;
  }

  private static Row measure(int m, int k, int n, int weightBits, int activationBits) {
    Random random = new Random(SEED);
    byte[] a = new byte[m * k];
    for (int i = 0; i < a.length; i++) {
      a[i] = (byte) random.nextInt(1 << activationBits);
    }
    byte[] b = new byte[k * n];
    for (int i = 0; i < b.length; i++) {
      int level = random.nextInt(1 << weightBits);
      b[i] = (byte) (weightBits == 1 ? 2 * level - 1 : level - (1 << weightBits - 1));
    }
    int zeroPoint = activationBits < Byte.SIZE ? NARROW_ZERO_POINT : INPUT_ZERO_POINT;
    float scale = (float) (60 * Math.sqrt(k) * (1 << weightBits - 1) / (1 << Byte.SIZE - activationBits));
    IntegerFormat format = IntegerFormat.activations(activationBits);
    IntegerFormat whole = IntegerFormat.activations(Byte.SIZE);
    List<Runnable> contestants = new ArrayList<>();
    try (OrtProduct floats = OrtProduct.ofFloats(floats(a), floats(b), m, k, n);
        OrtProduct codes = OrtProduct.ofCodes(a, b, m, k, n, zeroPoint, scale, OUTPUT_ZERO_POINT)) {
      Kernels portable = kernels("vector");
      Kernels best = Kernels.best();
      Kernels scalar = kernels("scalar");
      Operands operands = new Operands(a, b, m, k, n, zeroPoint, scale);
      byte[] expected = new byte[m * n];
      Runnable exact = operands.product(scalar.gemm(), scalar.pointwise(), whole, expected);
      exact.run();
      boolean saturates = !Arrays.equals(codes.codes(), expected);
      if (saturates && Processor.addsProductsWithoutSaturation()) {
        throw new IllegalStateException("The product of ONNX Runtime's QLinearMatMul differs from that of the scalar kernel.");
      }
      contestants.add(operands.checked(portable.gemm(), portable.pointwise(), format, expected));
      contestants.add(operands.checked(best.gemm(), best.pointwise(), format, expected));
      contestants.add(operands.checked(best.gemm(), best.pointwise(), whole, expected));
      contestants.add(
          saturates
              ? operands.product(new OrtGemm(), best.pointwise(), whole, new byte[m * n])
              : operands.checked(new OrtGemm(), best.pointwise(), whole, expected));
      contestants.add(floats::run);
      contestants.add(codes::run);
      double operations = 2.0 * m * k * n;
      double[] gops = Stopwatch.medians(contestants, BUDGET).stream().mapToDouble(time -> operations / time).toArray();
      // Apart from the others: one run of it takes as long as a hundred of theirs.
      OptionalDouble oracle =
          (long) m * k * n <= LARGEST_FOR_ORACLE
              ? OptionalDouble.of(operations / Stopwatch.median(exact, ORACLE_RUNS))
              : OptionalDouble.empty();
      String reason = best.gemm().description(best.gemm().pack(b, k, n, true, format), m);
      return new Row(
          m, k, n, weightBits, activationBits, oracle, gops[0], gops[1],
          best.name(), reason, gops[2], gops[3], gops[4], gops[5], saturates);
    }
  }

  private static Kernels kernels(String name) {
    return KernelChoice.named(name).orElseThrow(() -> new IllegalStateException("There are no " + name + " kernels."));
  }

  /** What is multiplied: unsigned codes of A by signed codes of B. */
  private record Operands(byte[] a, byte[] b, int m, int k, int n, int zeroPoint, float scale) {

    /** The product by {@code gemm}, once it was found to be right. */
    Runnable checked(IntegerGemm gemm, Pointwise pointwise, IntegerFormat format, byte[] expected) {
      byte[] out = new byte[m * n];
      Runnable product = product(gemm, pointwise, format, out);
      product.run();
      if (!Arrays.equals(out, expected)) {
        throw new IllegalStateException("The product of %s differs from that of the scalar kernel.".formatted(gemm.getClass()));
      }
      return product;
    }

    /** The product by {@code gemm} into {@code out}. */
    Runnable product(IntegerGemm gemm, Pointwise pointwise, IntegerFormat format, byte[] out) {
      PackedWeights packed = gemm.pack(b, k, n, true, format);
      int[] bias = new int[n];
      Epilogue.fold(new int[n], packed.columnSums(), zeroPoint, bias);
      float[] scales = new float[n];
      Arrays.fill(scales, 1f / scale);
      Epilogue epilogue = new Epilogue(bias, new FloatScaleRequantizer(scales, OUTPUT_ZERO_POINT, 0, 255));
      Scratch scratch = new Scratch();
      return () -> gemm.multiplyToCodes(a, 0, k, m, packed, epilogue, pointwise, out, 0, scratch);
    }
  }

  private static float[] floats(byte[] codes) {
    float[] values = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      values[i] = codes[i];
    }
    return values;
  }
}
