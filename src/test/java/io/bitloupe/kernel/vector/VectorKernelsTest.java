package io.bitloupe.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.AddRule.Signs;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Vector kernels of every width against the oracle, bit for bit, with guards around everything that they write. */
class VectorKernelsTest {

  private static final int GUARD = 37;
  private static final int SENTINEL = 0x5A5A5A5A;
  private static final byte BYTE_SENTINEL = 0x5A;

  /** Powers of two and their neighbours, one, and what lies between two tiles. */
  private static final int[] SIZES = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65};

  private static final List<VectorKernels> WIDTHS =
      List.of(VectorKernels.preferred(), VectorKernels.ofWidth(128), VectorKernels.ofWidth(256), VectorKernels.ofWidth(512));

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Kernels oracle = ScalarKernels.INSTANCE;

  VectorKernelsTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  @Test
  void everyWidthHasItsOwnCode() {
    assertThat(WIDTHS.stream().map(VectorKernels::bits)).contains(128, 256, 512);
    assertThat(WIDTHS.stream().map(kernels -> kernels.pointwise().getClass()).distinct()).hasSize(4);
    assertThat(WIDTHS.stream().map(kernels -> kernels.depthwise().getClass()).distinct()).hasSize(4);
  }

  @Test
  void productsOfAwkwardShapes() {
    for (VectorKernels kernels : WIDTHS) {
      int cases = 0;
      for (int m : SIZES) {
        for (int n : SIZES) {
          int k = SIZES[random.nextInt(SIZES.length)];
          compare(kernels, m, k, n, random.nextBoolean(), random.nextBoolean(), this::anyCode);
          cases++;
        }
      }
      assertThat(cases).isEqualTo(SIZES.length * SIZES.length);
    }
  }

  @Test
  void deepProductsOfExtremeCodes() {
    int[] depths = {255, 256, 257, 511, 512, 513, 1023, 1025, 4096};
    for (VectorKernels kernels : WIDTHS) {
      for (int k : depths) {
        for (int signs = 0; signs < 4; signs++) {
          boolean weightsSigned = (signs & 1) != 0;
          boolean activationsSigned = (signs & 2) != 0;
          compare(kernels, 3, k, 33, weightsSigned, activationsSigned, () -> 0x80);
          compare(kernels, 3, k, 33, weightsSigned, activationsSigned, () -> 0xFF);
          compare(kernels, 3, k, 33, weightsSigned, activationsSigned, () -> 0x7F);
          compare(kernels, 9, k, 35, weightsSigned, activationsSigned, () -> random.nextBoolean() ? 0x80 : 0x7F);
        }
      }
    }
  }

  @Test
  void productsAtTheBoundOfTheAccumulator() {
    // 255 * 127 * 66311 is the largest multiple below 2^31 (techniques, A1).
    for (VectorKernels kernels : WIDTHS) {
      byte[] a = filled(66_311, () -> 0xFF);
      byte[] b = filled(66_311, () -> 0x7F);
      int[] c = new int[1];
      PackedWeights packed = kernels.gemm().pack(b, 66_311, 1, true, false);
      kernels.gemm().multiply(a, 0, 66_311, 1, packed, c, 0, 1, new Scratch());
      assertThat(c[0]).isEqualTo(255 * 127 * 66_311).isPositive();
    }
  }

  private void compare(
      Kernels kernels, int m, int k, int n, boolean weightsSigned, boolean activationsSigned, IntSupplier code) {
    int aStride = k + random.nextInt(3);
    int cStride = n + random.nextInt(3);
    int aOffset = random.nextInt(3);
    byte[] a = filled(aOffset + (m - 1) * aStride + k, code);
    byte[] b = filled(k * n, code);
    int[] expected = product(oracle.gemm(), a, aOffset, aStride, m, b, k, n, cStride, weightsSigned, activationsSigned);
    int[] actual = product(kernels.gemm(), a, aOffset, aStride, m, b, k, n, cStride, weightsSigned, activationsSigned);
    assertThat(actual)
        .as("seed %d: %d x %d x %d, signed %s %s, %s", seed, m, k, n, weightsSigned, activationsSigned, kernels.gemm())
        .isEqualTo(expected);
  }

  private static int[] product(
      IntegerGemm gemm,
      byte[] a,
      int aOffset,
      int aStride,
      int m,
      byte[] b,
      int k,
      int n,
      int cStride,
      boolean weightsSigned,
      boolean activationsSigned) {
    PackedWeights packed = gemm.pack(b, k, n, weightsSigned, activationsSigned);
    int[] c = new int[GUARD + m * cStride + GUARD];
    Arrays.fill(c, SENTINEL);
    gemm.multiply(a, aOffset, aStride, m, packed, c, GUARD, cStride, new Scratch());
    return c;
  }

  @Test
  void productsMatchLongArithmetic() {
    for (int round = 0; round < 200; round++) {
      Kernels kernels = WIDTHS.get(random.nextInt(WIDTHS.size()));
      int m = 1 + random.nextInt(20);
      int k = 1 + random.nextInt(300);
      int n = 1 + random.nextInt(40);
      boolean weightsSigned = random.nextBoolean();
      boolean activationsSigned = random.nextBoolean();
      byte[] a = filled(m * k, this::anyCode);
      byte[] b = filled(k * n, this::anyCode);
      int inputZero = value((byte) anyCode(), activationsSigned);
      int[] weightZeros = new int[n];
      int[] bias = new int[n];
      for (int j = 0; j < n; j++) {
        weightZeros[j] = value((byte) anyCode(), weightsSigned);
        bias[j] = random.nextInt(20001) - 10000;
      }
      PackedWeights packed = kernels.gemm().pack(b, k, n, weightsSigned, activationsSigned);
      int[] c = new int[m * n];
      kernels.gemm().multiply(a, 0, k, m, packed, c, 0, n, new Scratch());
      int[] folded = new int[n];
      int[] weightSums = new int[n];
      for (int j = 0; j < n; j++) {
        weightSums[j] = packed.columnSums()[j] - k * weightZeros[j];
      }
      Epilogue.fold(bias, weightSums, inputZero, folded);
      for (int i = 0; i < m; i++) {
        int rowSum = 0;
        for (int x = 0; x < k; x++) {
          rowSum += value(a[i * k + x], activationsSigned);
        }
        for (int j = 0; j < n; j++) {
          long exact = bias[j];
          for (int x = 0; x < k; x++) {
            exact +=
                (long) (value(a[i * k + x], activationsSigned) - inputZero)
                    * (value(b[x * n + j], weightsSigned) - weightZeros[j]);
          }
          assertThat((long) c[i * n + j] + folded[j] - (long) weightZeros[j] * rowSum).as("seed %d", seed).isEqualTo(exact);
        }
      }
    }
  }

  private Window window() {
    int kernelHeight = 1 + random.nextInt(4);
    int kernelWidth = 1 + random.nextInt(4);
    int strideY = 1 + random.nextInt(2);
    int strideX = 1 + random.nextInt(3);
    int dilationY = 1 + random.nextInt(2);
    int dilationX = 1 + random.nextInt(2);
    int top = random.nextInt(kernelHeight);
    int left = random.nextInt(kernelWidth);
    int bottom = random.nextInt(kernelHeight);
    int right = random.nextInt(kernelWidth);
    int height = Math.max((kernelHeight - 1) * dilationY + 1, 1 + random.nextInt(12));
    int width = Math.max((kernelWidth - 1) * dilationX + 1, 1 + random.nextInt(12));
    return new Window(
        height,
        width,
        (height + top + bottom - (kernelHeight - 1) * dilationY - 1) / strideY + 1,
        (width + left + right - (kernelWidth - 1) * dilationX - 1) / strideX + 1,
        kernelHeight,
        kernelWidth,
        strideY,
        strideX,
        dilationY,
        dilationX,
        top,
        left,
        bottom,
        right);
  }

  @Test
  void depthwiseConvolutions() {
    for (VectorKernels kernels : WIDTHS) {
      for (int round = 0; round < 60; round++) {
        int channels = 1 + random.nextInt(70);
        Window window = window();
        boolean signed = random.nextBoolean();
        short[] weights = new short[window.taps() * channels];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = (short) (random.nextInt(5) == 0 ? 255 - 510 * random.nextInt(2) : random.nextInt(511) - 255);
        }
        int offset = random.nextInt(3);
        byte[] input = filled(offset + window.pixels() * channels, this::anyCode);
        int padding = value((byte) anyCode(), signed);
        int first = random.nextInt(window.outputHeight());
        int rows = 1 + random.nextInt(window.outputHeight() - first);
        int length = rows * window.outputWidth() * channels;
        int[] expected = new int[length];
        PackedWeights packed = oracle.depthwise().packDepthwise(weights, window, channels, signed);
        oracle.depthwise().convolve(input, offset, window, padding, first, rows, packed, expected, new Scratch());
        int[] actual = new int[length + GUARD];
        Arrays.fill(actual, SENTINEL);
        PackedWeights own = kernels.depthwise().packDepthwise(weights, window, channels, signed);
        kernels.depthwise().convolve(input, offset, window, padding, first, rows, own, actual, new Scratch());
        assertThat(Arrays.copyOf(actual, length)).as("seed %d: %d channels, %s", seed, channels, window).isEqualTo(expected);
        assertThat(Arrays.copyOfRange(actual, length, length + GUARD)).containsOnly(SENTINEL);
        assertThat(own.columnSums()).isEqualTo(packed.columnSums());
      }
    }
  }

  @Test
  void convolutions() {
    for (VectorKernels kernels : WIDTHS) {
      for (int round = 0; round < 40; round++) {
        int channels = 1 + random.nextInt(random.nextInt(6) == 0 ? 300 : 20);
        Window window = window();
        boolean signed = random.nextBoolean();
        boolean weightsSigned = random.nextBoolean();
        int n = 1 + random.nextInt(70);
        byte[] weights = filled(window.taps() * channels * n, this::anyCode);
        int offset = random.nextInt(3);
        byte[] input = filled(offset + window.pixels() * channels, this::anyCode);
        int padding = value((byte) anyCode(), signed);
        int first = random.nextInt(window.outputHeight());
        int rows = 1 + random.nextInt(window.outputHeight() - first);
        int length = rows * window.outputWidth() * n;
        int[] expected = new int[length];
        PackedWeights packed = oracle.convolution().orElseThrow().packConvolution(weights, window, channels, n, weightsSigned, signed);
        oracle.convolution().orElseThrow().convolve(input, offset, window, channels, padding, first, rows, packed, expected, new Scratch());
        int[] actual = new int[length + GUARD];
        Arrays.fill(actual, SENTINEL);
        PackedWeights own = kernels.convolution().orElseThrow().packConvolution(weights, window, channels, n, weightsSigned, signed);
        kernels.convolution().orElseThrow().convolve(input, offset, window, channels, padding, first, rows, own, actual, new Scratch());
        assertThat(Arrays.copyOf(actual, length)).as("seed %d: %d channels, %s", seed, channels, window).isEqualTo(expected);
        assertThat(Arrays.copyOfRange(actual, length, length + GUARD)).containsOnly(SENTINEL);
        assertThat(own.columnSums()).isEqualTo(packed.columnSums());
      }
    }
  }

  @Test
  void requantization() {
    for (VectorKernels kernels : WIDTHS) {
      for (Requantization kind : Requantization.values()) {
        for (int columns : SIZES) {
          int rows = 1 + random.nextInt(5);
          boolean signed = random.nextBoolean();
          int least = signed ? -128 : 0;
          int zeroPoint = least + random.nextInt(256);
          float[] scales = new float[columns];
          int[] bias = new int[columns];
          for (int column = 0; column < columns; column++) {
            // Some scales make ties, some push everything to the ends.
            scales[column] = random.nextInt(3) == 0 ? 0.5f : (float) Math.exp(random.nextGaussian() * 4 - 7);
            bias[column] = random.nextInt();
          }
          int[] accumulators = new int[rows * columns + GUARD];
          for (int i = 0; i < accumulators.length; i++) {
            int shift = random.nextInt(32);
            accumulators[i] = (random.nextInt() >> shift) - bias[i % columns];
          }
          int quantMin = random.nextBoolean() ? least : zeroPoint;
          Requantizer requantizer = Requantizer.of(kind, 1, scales, 1, zeroPoint, quantMin, least + 255);
          Epilogue epilogue = new Epilogue(bias, requantizer);
          byte[] expected = guarded(rows * columns);
          byte[] actual = guarded(rows * columns);
          oracle.pointwise().requantize(accumulators, 0, rows, epilogue, expected, GUARD);
          kernels.pointwise().requantize(accumulators, 0, rows, epilogue, actual, GUARD);
          assertThat(actual).as("seed %d: %s, %d columns, %d bits", seed, kind, columns, kernels.bits()).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void sumsAndProductsOfCodes() {
    for (VectorKernels kernels : WIDTHS) {
      for (Requantization kind : Requantization.values()) {
        for (int length : SIZES) {
          Signs signs = new Signs(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
          Affine a = affine(signs.a());
          Affine b = affine(signs.b());
          Affine out = affine(signs.result());
          int least = signs.result() ? -128 : 0;
          AddRule add = AddRule.of(kind, a, b, out, signs, least, least + 255);
          MultiplyRule multiply = MultiplyRule.of(kind, a, b, out, signs, least, least + 255);
          byte[] left = filled(length + 3, this::anyCode);
          byte[] right = filled(length + 3, this::anyCode);
          int scalar = signs.b(right[0]);
          byte[][] expected = {guarded(length), guarded(length), guarded(length), guarded(length)};
          byte[][] actual = {guarded(length), guarded(length), guarded(length), guarded(length)};
          for (int i = 0; i < 2; i++) {
            byte[][] to = i == 0 ? expected : actual;
            Kernels by = i == 0 ? oracle : kernels;
            by.pointwise().add(add, left, 1, right, 2, to[0], GUARD, length);
            by.pointwise().addScalar(add, left, 1, scalar, to[1], GUARD, length);
            by.pointwise().multiply(multiply, left, 1, right, 2, to[2], GUARD, length);
            by.pointwise().multiplyScalar(multiply, left, 1, scalar, to[3], GUARD, length);
          }
          assertThat(actual).as("seed %d: %s, %s, length %d", seed, add, multiply, length).isDeepEqualTo(expected);
        }
      }
    }
  }

  @Test
  void maximaTablesAndAverages() {
    for (VectorKernels kernels : WIDTHS) {
      for (int length : SIZES) {
        boolean signed = random.nextBoolean();
        byte[] codes = filled(length + 2, this::anyCode);
        byte[] table = filled(256, this::anyCode);
        byte[] expected = guarded(length);
        random.nextBytes(expected);
        byte[] actual = expected.clone();
        oracle.pointwise().maximum(expected, GUARD, codes, 2, length, signed);
        kernels.pointwise().maximum(actual, GUARD, codes, 2, length, signed);
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
        oracle.pointwise().lookUp(table, codes, 2, expected, GUARD, length);
        kernels.pointwise().lookUp(table, codes, 2, actual, GUARD, length);
        assertThat(actual).isEqualTo(expected);
        int[] sums = new int[length];
        int[] ownSums = new int[length];
        oracle.pointwise().accumulate(sums, codes, 2, length, signed);
        kernels.pointwise().accumulate(ownSums, codes, 2, length, signed);
        assertThat(ownSums).isEqualTo(sums);
        float[] reals = new float[length];
        float[] ownReals = new float[length];
        oracle.pointwise().accumulate(reals, 0.013f, 7, codes, 2, length, signed);
        kernels.pointwise().accumulate(ownReals, 0.013f, 7, codes, 2, length, signed);
        assertThat(ownReals).isEqualTo(reals);
      }
    }
  }

  private Affine affine(boolean signed) {
    return new Affine(0.01f + random.nextFloat(), (signed ? -128 : 0) + random.nextInt(256));
  }

  private int anyCode() {
    return random.nextInt(4) == 0 ? (random.nextBoolean() ? 0x80 : 0x7F) : random.nextInt(256);
  }

  private static int value(byte code, boolean signed) {
    return signed ? code : Byte.toUnsignedInt(code);
  }

  private static byte[] filled(int length, IntSupplier code) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) code.getAsInt();
    }
    return bytes;
  }

  private static byte[] guarded(int length) {
    byte[] bytes = new byte[GUARD + length + GUARD];
    Arrays.fill(bytes, BYTE_SENTINEL);
    return bytes;
  }
}
