package io.bitloupe.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Convolutions and passes in machine code against the oracle, bit for bit, with guards around everything that they write. */
class MachinePassesTest {

  private static final int GUARD = 70;
  private static final byte SENTINEL = 0x5A;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Kernels oracle = ScalarKernels.INSTANCE;

  MachinePassesTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  private static List<Kernels> machines() {
    List<Kernels> kernels = new ArrayList<>();
    CpuFeatures features = CpuFeatures.detect();
    if (features.vnni()) {
      kernels.add(new MachineKernels(TileEngines.vnni(), ScalarKernels.INSTANCE));
    }
    if (features.amx()) {
      kernels.add(new MachineKernels(TileEngines.amx(), ScalarKernels.INSTANCE));
    }
    return kernels;
  }

  private Window window(int kernel, int stride, int dilation, int pad) {
    int height = (kernel - 1) * dilation + 1 + random.nextInt(9);
    int width = (kernel - 1) * dilation + 1 + random.nextInt(40);
    int outputHeight = (height + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
    int outputWidth = (width + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
    return new Window(
        height, width, outputHeight, outputWidth, kernel, kernel, stride, stride, dilation, dilation, pad, pad, pad, pad);
  }

  private Epilogue epilogue(int n, int k) {
    float[] scales = new float[n];
    for (int column = 0; column < n; column++) {
      scales[column] = random.nextInt(8) == 0 ? 0.5f : (float) (random.nextDouble() * 0.02 / Math.sqrt(k));
    }
    boolean bytes = random.nextInt(3) == 0;
    if (random.nextInt(4) == 0) {
      // So large that scaled sums are no ints.
      scales[random.nextInt(n)] = 1e6f;
    }
    boolean signed = !bytes && random.nextBoolean();
    int zeroPoint = random.nextInt(256) - (signed ? 128 : 0);
    int least = bytes ? 0 : (signed ? -128 : 0) + random.nextInt(100);
    int greatest = bytes ? 255 : least + 1 + random.nextInt((signed ? 127 : 255) - least);
    return new Epilogue(random.ints(n, -50_000, 50_000).toArray(), new FloatScaleRequantizer(scales, zeroPoint, least, greatest));
  }

  private byte[] codes(int length) {
    byte[] codes = new byte[length];
    random.nextBytes(codes);
    return codes;
  }

  private byte[] guarded(int length) {
    byte[] codes = new byte[length + 2 * GUARD];
    Arrays.fill(codes, SENTINEL);
    return codes;
  }

  @Test
  void convolutionsEqualTheOracle() {
    int[][] channels = {{1, 16}, {3, 32}, {16, 16}, {17, 33}, {64, 65}, {5, 1}};
    int cases = 0;
    for (Kernels machine : machines()) {
      for (int[] sizes : channels) {
        for (int kernel : new int[] {1, 3, 5}) {
          for (int stride = 1; stride <= 2; stride++) {
            for (int pad = 0; pad <= kernel / 2; pad++) {
              convolution(machine, window(kernel, stride, 1, pad), sizes[0], sizes[1]);
              cases++;
            }
          }
        }
      }
    }
    assertThat(cases).isEqualTo(machines().size() * channels.length * 12);
  }

  private void convolution(Kernels machine, Window window, int channels, int n) {
    ConvolutionKernel kernel = machine.convolution().orElseThrow();
    byte[] weights = codes(window.taps() * channels * n);
    byte[] input = codes(5 + window.pixels() * channels);
    Epilogue epilogue = epilogue(n, window.taps() * channels);
    int firstRow = random.nextInt(window.outputHeight());
    int rows = 1 + random.nextInt(window.outputHeight() - firstRow);
    int padding = random.nextInt(256);
    byte[] expected = guarded(rows * window.outputWidth() * n);
    byte[] actual = expected.clone();
    int[] sums = new int[rows * window.outputWidth() * n];
    for (ConvolutionKernel each : List.of(oracle.convolution().orElseThrow(), kernel)) {
      PackedWeights packed = each.packConvolution(weights, window, channels, n, true, false);
      each.convolveToCodes(
          input, 5, window, channels, padding, firstRow, rows, packed, epilogue, oracle.pointwise(),
          each.equals(kernel) ? actual : expected, GUARD, new Scratch());
      int[] own = new int[sums.length];
      each.convolve(input, 5, window, channels, padding, firstRow, rows, packed, own, new Scratch());
      if (each.equals(kernel)) {
        assertThat(own).as("seed %d: sums, %s", seed, window).isEqualTo(sums);
      } else {
        System.arraycopy(own, 0, sums, 0, own.length);
      }
    }
    assertThat(actual).as("seed %d: %d -> %d, %s", seed, channels, n, window).isEqualTo(expected);
  }

  @Test
  void depthwiseConvolutionsEqualTheOracle() {
    int[] channels = {1, 3, 15, 16, 17, 31, 63, 64, 65, 96, 129};
    int cases = 0;
    for (Kernels machine : machines()) {
      for (int count : channels) {
        for (int kernel : new int[] {1, 2, 3, 5, 7}) {
          for (int stride = 1; stride <= 2; stride++) {
            depthwise(machine, window(kernel, stride, 1 + random.nextInt(2), random.nextInt(kernel)), count, 255);
            depthwise(machine, window(kernel, stride, 1, 0), count, 511);
            cases += 2;
          }
        }
      }
    }
    assertThat(cases).isEqualTo(machines().size() * channels.length * 20);
  }

  /** Weights of more than 8 bits go another way, which must give the same. */
  private void depthwise(Kernels machine, Window window, int channels, int spread) {
    short[] weights = new short[window.taps() * channels];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (short) (random.nextInt(spread + 1) - (spread + 1) / 2);
    }
    byte[] input = codes(3 + window.pixels() * channels);
    Epilogue epilogue = epilogue(channels, window.taps());
    int firstRow = random.nextInt(window.outputHeight());
    int rows = 1 + random.nextInt(window.outputHeight() - firstRow);
    int padding = random.nextInt(256);
    boolean signed = random.nextInt(4) == 0;
    byte[] expected = guarded(rows * window.outputWidth() * channels);
    byte[] actual = expected.clone();
    for (DepthwiseKernel each : List.of(oracle.depthwise(), machine.depthwise())) {
      PackedWeights packed = each.packDepthwise(weights, window, channels, signed);
      each.convolveToCodes(
          input, 3, window, padding, firstRow, rows, packed, epilogue, oracle.pointwise(),
          each.equals(machine.depthwise()) ? actual : expected, GUARD, new Scratch());
    }
    assertThat(actual).as("seed %d: %d channels, %s", seed, channels, window).isEqualTo(expected);
  }

  @Test
  void extremeCodesAddUpExactly() {
    for (Kernels machine : machines()) {
      Window window = new Window(16, 16, 1, 1, 16, 16, 1, 1, 1, 1, 0, 0, 0, 0);
      short[] weights = new short[256];
      Arrays.fill(weights, (short) -128);
      byte[] input = new byte[256];
      Arrays.fill(input, (byte) 0xFF);
      Epilogue epilogue =
          new Epilogue(new int[] {255 * 128 * 256 + 77}, new FloatScaleRequantizer(new float[] {1f}, 0, 0, 255));
      byte[] out = new byte[1];
      PackedWeights packed = machine.depthwise().packDepthwise(weights, window, 1, false);
      machine.depthwise()
          .convolveToCodes(input, 0, window, 0, 0, 1, packed, epilogue, oracle.pointwise(), out, 0, new Scratch());
      assertThat(out[0]).isEqualTo((byte) 77);
    }
  }

  @Test
  void additionsEqualTheOracle() {
    int cases = 0;
    for (Kernels machine : machines()) {
      for (int length : new int[] {1, 63, 64, 65, 127, 128, 129, 1000}) {
        for (int signs = 0; signs < 8; signs++) {
          AddRule.Signs kinds = new AddRule.Signs((signs & 1) != 0, (signs & 2) != 0, (signs & 4) != 0);
          int least = kinds.result() ? -128 : 0;
          AddRule rule =
              AddRule.of(
                  Requantization.FLOAT_SCALE, affine(kinds.a()), affine(kinds.b()), affine(kinds.result()), kinds,
                  least + random.nextInt(9), least + 255 - random.nextInt(9));
          byte[] a = codes(length + 3);
          byte[] b = codes(length + 1);
          byte[] expected = guarded(length);
          byte[] actual = expected.clone();
          oracle.pointwise().add(rule, a, 3, b, 1, expected, GUARD, length);
          machine.pointwise().add(rule, a, 3, b, 1, actual, GUARD, length);
          assertThat(actual).as("seed %d: %s of %d", seed, rule, length).isEqualTo(expected);
          cases++;
        }
      }
    }
    assertThat(cases).isEqualTo(machines().size() * 64);
  }

  private Affine affine(boolean signed) {
    float scale = random.nextInt(3) == 0 ? 0.25f : random.nextFloat() * 0.1f + 1e-3f;
    return new Affine(scale, random.nextInt(256) - (signed ? 128 : 0));
  }

  @Test
  void requantizationByIntegersEqualsTheOracle() {
    int[] extremes = {Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -3, -2, -1, 0, 1, 2, 3, Integer.MAX_VALUE};
    int cases = 0;
    for (Kernels machine : machines()) {
      for (Requantization kind : List.of(Requantization.FIXED_POINT, Requantization.DYADIC)) {
        for (int columns : new int[] {1, 15, 16, 17, 63, 64, 65, 130}) {
          for (int zeroPoint : new int[] {-128, -1, 0, 1, 127, 128, 255}) {
            int least = zeroPoint > 127 ? 0 : -128;
            double[] multipliers = new double[columns];
            for (int i = 0; i < columns; i++) {
              // Powers of two make ties; the number just below one has a multiplier that rounds up to 2^31.
              multipliers[i] = switch (random.nextInt(5)) {
                case 0 -> Math.scalb(1.0, -2 - random.nextInt(26));
                case 1 -> Math.nextDown(0.25);
                case 2 -> Math.scalb(0.5 + random.nextDouble(), -24);
                case 3 -> 0;
                default -> random.nextDouble() * 1e-3 + 1e-8;
              };
            }
            Requantizer requantizer = Requantizer.ofMultipliers(kind, multipliers, zeroPoint, least, least + 255 - random.nextInt(9));
            assertThat(IntegerConstants.take(requantizer)).isTrue();
            Epilogue epilogue = new Epilogue(random.ints(columns, -500, 500).toArray(), requantizer);
            int rows = 1 + random.nextInt(9);
            int[] sums = random.ints(2L + rows * columns).map(i -> random.nextInt(3) == 0 ? extremes[i & 7] : i >> (i & 31)).toArray();
            byte[] expected = guarded(rows * columns);
            byte[] actual = expected.clone();
            oracle.pointwise().requantize(sums, 2, rows, epilogue, expected, GUARD);
            machine.pointwise().requantize(sums, 2, rows, epilogue, actual, GUARD);
            assertThat(actual).as("seed %d: %s %d x %d, zero-point %d", seed, kind, rows, columns, zeroPoint).isEqualTo(expected);
            cases++;
          }
        }
      }
    }
    assertThat(cases).isEqualTo(machines().size() * 112);
  }

  @Test
  void quantizationEqualsTheOracle() {
    for (Kernels machine : machines()) {
      for (int length : new int[] {1, 63, 64, 65, 784}) {
        for (boolean signed : new boolean[] {false, true}) {
          float[] reals = new float[length + 1];
          for (int i = 0; i < reals.length; i++) {
            reals[i] = switch (random.nextInt(9)) {
              case 0 -> Float.NaN;
              case 1 -> Float.POSITIVE_INFINITY;
              case 2 -> Float.NEGATIVE_INFINITY;
              case 3 -> (random.nextInt(64) - 32) * 0.125f;
              case 4 -> (random.nextFloat() - 0.5f) * 1e12f;
              default -> (float) random.nextGaussian() * 10;
            };
          }
          int least = signed ? -128 : 0;
          int zeroPoint = random.nextInt(256) + least;
          byte[] expected = guarded(length);
          byte[] actual = expected.clone();
          oracle.pointwise().quantize(reals, 1, 0.25f, zeroPoint, least, least + 255, expected, GUARD, length);
          machine.pointwise().quantize(reals, 1, 0.25f, zeroPoint, least, least + 255, actual, GUARD, length);
          assertThat(actual).as("seed %d: %d, zero-point %d", seed, length, zeroPoint).isEqualTo(expected);
        }
      }
    }
  }

  /** What the fused epilogue says must be what the requantizer says, also at ties and where floats exceed ints. */
  @Test
  void fusedEpiloguesMeetEveryExtreme() {
    for (Kernels machine : machines()) {
      int[] biases = {Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0, 1, 1 << 24, (1 << 24) + 1, -(1 << 24) - 1, 5, -5, 1_000_000, 16_777_217};
      for (float scale : new float[] {1f, 0.5f, 1e-9f, 3f, 1e9f}) {
        for (int zeroPoint : new int[] {-128, -1, 0, 1, 127, 128, 255}) {
          int least = zeroPoint > 127 ? 0 : -128;
          float[] scales = new float[biases.length];
          Arrays.fill(scales, scale);
          Requantizer requantizer = new FloatScaleRequantizer(scales, zeroPoint, least, least + 255);
          PackedWeights packed = machine.gemm().pack(new byte[biases.length], 1, biases.length, true, false);
          byte[] codes = new byte[biases.length];
          machine.gemm()
              .multiplyToCodes(
                  new byte[1], 0, 1, 1, packed, new Epilogue(biases, requantizer), oracle.pointwise(), codes, 0, new Scratch());
          for (int i = 0; i < biases.length; i++) {
            assertThat(codes[i])
                .as("%d * %s + %d", biases[i], scale, zeroPoint)
                .isEqualTo((byte) requantizer.requantize(biases[i], i));
          }
        }
      }
    }
  }
}
