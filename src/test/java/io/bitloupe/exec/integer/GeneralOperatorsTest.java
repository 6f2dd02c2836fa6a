package io.bitloupe.exec.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import io.bitloupe.kernel.vector.VectorKernels;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.Scheme;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The paths that are rare: 16-bit activations, accumulators of 64 bits, scales found at run time, the other requantizations. */
class GeneralOperatorsTest {

  private static final IntegerFormat WIDE = new IntegerFormat(16, false, Scheme.ASYMMETRIC);

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  GeneralOperatorsTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  private static CodeTensor execute(LoweredGraph lowered, List<CodeTensor> inputs, int samples) {
    return IntegerPlan.compile(lowered, VectorKernels.preferred()).execute(OneStep.step(lowered), inputs, samples);
  }

  private CodeTensor wide(QuantParams params, int... shape) {
    short[] values = new short[Math.toIntExact(Shape.of(shape).elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) random.nextInt(1 << 16);
    }
    return new CodeTensor(Shape.of(shape), params, new Codes.Shorts(values, params.format().signed()));
  }

  private CodeTensor narrow(QuantParams params, int... shape) {
    byte[] values = new byte[Math.toIntExact(Shape.of(shape).elements())];
    random.nextBytes(values);
    return OneStep.codes(params, values, shape);
  }

  private static float[] reals(CodeTensor tensor) {
    float[] reals = new float[tensor.codes().length()];
    int perScale = reals.length / tensor.params().affine().size();
    for (int i = 0; i < reals.length; i++) {
      reals[i] = tensor.params().affine().get(i / perScale).dequantize(tensor.codes().get(i));
    }
    return reals;
  }

  private static int[] ints(Codes codes) {
    int[] values = new int[codes.length()];
    Arrays.setAll(values, codes::get);
    return values;
  }

  @Test
  void sixteenBitMatrixProducts() {
    int k = 3000;
    QuantParams in = QuantParams.perTensor(WIDE, new Affine(1e-4f, 32768));
    QuantParams weightParams = OneStep.params(true, 0.01f, 0);
    QuantParams out = QuantParams.perTensor(WIDE, new Affine(0.02f, 30000));
    CodeTensor weights = narrow(weightParams, k, 5);
    CodeTensor x = wide(in, 2, k);
    int[] bias = {1, -2, 3000000, -4000000, 5};
    LoweredGraph lowered =
        new OneStep("Gemm").activation(in, 1, k).constant(weights).bias(bias, new float[5]).build(out, 1, 5);
    CodeTensor y = execute(lowered, List.of(x), 2);
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 5; column++) {
        long sum = bias[column];
        for (int i = 0; i < k; i++) {
          sum += (long) (x.codes().get(row * k + i) - 32768) * weights.codes().get(i * 5 + column);
        }
        double exact = sum * (1e-4f * 0.01f / 0.02f) + 30000;
        int expected = (int) Math.clamp(Math.rint(exact), 0, 65535);
        assertThat(y.codes().get(row * 5 + column)).as("seed %d", seed).isCloseTo(expected, within(1));
      }
    }
  }

  @Test
  void sixteenBitOperatorsStayWithinOneCodeOfTheRealFunction() {
    QuantParams a = QuantParams.perTensor(WIDE, new Affine(1e-4f, 30000));
    QuantParams b = QuantParams.perTensor(WIDE, new Affine(2e-4f, 20000));
    QuantParams out = QuantParams.perTensor(WIDE, new Affine(3e-4f, 40000));
    CodeTensor x = wide(a, 2, 3, 4, 4);
    CodeTensor y = wide(b, 2, 3, 4, 4);
    CodeTensor sum =
        execute(new OneStep("Add").activation(a, 1, 3, 4, 4).activation(b, 1, 3, 4, 4).build(out, 1, 3, 4, 4), List.of(x, y), 2);
    float[] left = reals(x);
    float[] right = reals(y);
    for (int i = 0; i < left.length; i++) {
      int expected = out.single().quantize(left[i] + right[i], WIDE);
      assertThat(Math.abs(sum.codes().get(i) - expected)).as("seed %d", seed).isLessThanOrEqualTo(1);
    }
    CodeTensor pooled =
        execute(
            new OneStep("MaxPool")
                .attribute("kernel_shape", 2, 2)
                .attribute("strides", 2, 2)
                .activation(a, 1, 3, 4, 4)
                .build(a, 1, 3, 2, 2),
            List.of(x),
            2);
    assertThat(pooled.codes().get(0))
        .isEqualTo(Math.max(Math.max(x.codes().get(0), x.codes().get(1)), Math.max(x.codes().get(4), x.codes().get(5))));
  }

  @Test
  void planesOfBytesEqualSixtyFourBitIntegers() {
    for (int round = 0; round < 40; round++) {
      boolean signed = random.nextBoolean();
      IntegerFormat format = new IntegerFormat(random.nextBoolean() ? 16 : 8, signed, Scheme.ASYMMETRIC);
      int span = format.quantMax() - format.quantMin() + 1;
      QuantParams in = QuantParams.perTensor(format, new Affine(1e-3f, format.quantMin() + random.nextInt(span)));
      QuantParams out = QuantParams.perTensor(WIDE, new Affine(3e-2f, random.nextInt(65536)));
      int groups = random.nextInt(3) == 0 ? 6 : random.nextInt(2) + 1;
      QuantParams weightParams = OneStep.params(true, 0.01f, random.nextBoolean() ? 0 : random.nextInt(256) - 128);
      CodeTensor weights = narrow(weightParams, 6, 6 / groups, 3, 3);
      int[] bias = new int[6];
      Arrays.setAll(bias, _ -> random.nextInt(100_000) - 50_000);
      CodeTensor x = format.containerBits() == 16 ? wide(in, 2, 6, 5, 7) : narrow(in, 2, 6, 5, 7);
      String[] dynamic = random.nextInt(3) == 0 ? new String[] {"y"} : new String[0];
      LoweredGraph lowered =
          new OneStep("Conv")
              .attribute("group", groups)
              .attribute("pads", 1, 1, 1, 1)
              .activation(in, 1, 6, 5, 7)
              .constant(weights)
              .bias(bias, new float[6])
              .dynamic(dynamic)
              .build(out, 1, 6, 5, 7);
      ValueSpec input = new ValueSpec("x0", Shape.of(1, 6, 5, 7), Layout.CHANNELS_LAST, in, false);
      ValueSpec output = new ValueSpec("y", Shape.of(1, 6, 5, 7), Layout.CHANNELS_LAST, out, dynamic.length > 0);
      Window window = new Window(5, 7, 5, 7, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
      IntegerOperator general =
          new GeneralProductOperator(
              new WindowRows(window, 1, 6, groups),
              ProductWeights.convolution(weights, groups),
              bias,
              new float[6],
              input,
              output,
              Requantization.FLOAT_SCALE,
              new RealOutput(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0, 65535));
      Value from = new Value(input);
      from.allocate(2);
      from.fromTensor(x, 2);
      Value to = new Value(output);
      to.allocate(2);
      general.run(List.of(from), to, 2, new Scratch());
      assertThat(ints(execute(lowered, List.of(x), 2).codes())).as("seed %d", seed).isEqualTo(ints(to.toTensor(2).codes()));
    }
  }

  @Test
  void accumulatorsBeyondThirtyTwoBits() {
    int k = 70_000;
    byte[] weightCodes = new byte[k];
    Arrays.fill(weightCodes, (byte) 127);
    byte[] codes = new byte[k];
    Arrays.fill(codes, (byte) 255);
    QuantParams in = OneStep.params(false, 1, 0);
    QuantParams out = OneStep.params(false, 1e7f, 0);
    LoweredGraph lowered =
        new OneStep("MatMul")
            .activation(in, 1, k)
            .constant(OneStep.codes(OneStep.params(true, 1, 0), weightCodes, k, 1))
            .build(out, 1, 1);
    CodeTensor y = execute(lowered, List.of(OneStep.codes(in, codes, 1, k)), 1);
    assertThat(ints(y.codes())).containsExactly((int) Math.rint(70_000.0 * 127 * 255 / 1e7));
  }

  @Test
  void dynamicOutputsTakeTheRangeOfEachSample() {
    QuantParams in = OneStep.params(false, 0.02f, 100);
    QuantParams out = OneStep.params(false, 1, 0);
    CodeTensor weights = narrow(OneStep.params(true, 0.01f, 0), 6, 3, 3, 3);
    CodeTensor x = narrow(in, 4, 3, 8, 8);
    OneStep builder = new OneStep("Conv").activation(in, 1, 3, 8, 8).constant(weights).bias(new int[6], new float[6]);
    LoweredGraph lowered = builder.dynamic("y").build(out, 1, 6, 6, 6);
    CodeTensor y = execute(lowered, List.of(x), 4);
    assertThat(y.params().affine()).hasSize(4).doesNotHaveDuplicates();
    for (int sample = 0; sample < 4; sample++) {
      // The extremes of a sample are its extreme codes, and a static step with the same scale agrees.
      int[] own = Arrays.copyOfRange(ints(y.codes()), sample * 216, (sample + 1) * 216);
      assertThat(Arrays.stream(own).min().orElseThrow()).isLessThanOrEqualTo(1);
      assertThat(Arrays.stream(own).max().orElseThrow()).isGreaterThanOrEqualTo(254);
      QuantParams fixed = QuantParams.perTensor(out.format(), y.params().affine().get(sample));
      LoweredGraph same =
          new OneStep("Conv").activation(in, 1, 3, 8, 8).constant(weights).bias(new int[6], new float[6]).build(fixed, 1, 6, 6, 6);
      byte[] one = Arrays.copyOfRange(((Codes.Bytes) x.codes()).values(), sample * 192, (sample + 1) * 192);
      int[] expected = ints(execute(same, List.of(OneStep.codes(in, one, 1, 3, 8, 8)), 1).codes());
      for (int i = 0; i < own.length; i++) {
        assertThat(Math.abs(own[i] - expected[i])).as("seed %d", seed).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void dynamicInputsDoNotDependOnTheBatch() {
    QuantParams in = OneStep.params(false, 1, 0);
    QuantParams out = OneStep.params(false, 0.05f, 128);
    CodeTensor weights = narrow(OneStep.params(true, 0.01f, 0), 7, 5);
    float[] scales = {0.01f, 0.01f, 0.01f, 0.01f, 0.01f};
    LoweredGraph lowered =
        new OneStep("Gemm")
            .activation(in, 1, 7)
            .constant(weights)
            .bias(new int[] {100, -100, 50, 0, 10}, scales)
            .dynamic("x0")
            .build(out, 1, 5);
    QuantParams perSample =
        new QuantParams(
            in.format(),
            new Granularity.PerChannelGroup(1),
            0,
            List.of(new Affine(0.01f, 10), new Affine(0.02f, 128), new Affine(0.03f, 255)));
    CodeTensor x = narrow(perSample, 3, 7);
    int[] together = ints(execute(lowered, List.of(x), 3).codes());
    for (int sample = 0; sample < 3; sample++) {
      byte[] one = Arrays.copyOfRange(((Codes.Bytes) x.codes()).values(), sample * 7, (sample + 1) * 7);
      CodeTensor alone = OneStep.codes(QuantParams.perTensor(in.format(), perSample.affine().get(sample)), one, 1, 7);
      assertThat(ints(execute(lowered, List.of(alone), 1).codes()))
          .as("seed %d", seed)
          .isEqualTo(Arrays.copyOfRange(together, sample * 5, (sample + 1) * 5));
      Affine affine = perSample.affine().get(sample);
      for (int column = 0; column < 5; column++) {
        double real = new int[] {100, -100, 50, 0, 10}[column] * 0.01;
        for (int i = 0; i < 7; i++) {
          real += affine.dequantize(alone.codes().get(i)) * 0.01 * weights.codes().get(i * 5 + column);
        }
        int expected = out.single().quantize((float) real, 0, 255);
        assertThat(Math.abs(together[sample * 5 + column] - expected)).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void dynamicTensorsPassThroughMovementsWithTheirScales() {
    QuantParams in = OneStep.params(false, 1, 0);
    LoweredGraph lowered =
        new OneStep("Reshape").activation(in, 1, 2, 3).dynamic("x0", "y").build(in, 1, 6);
    QuantParams perSample =
        new QuantParams(
            in.format(), new Granularity.PerChannelGroup(1), 0, List.of(new Affine(0.5f, 3), new Affine(2f, 200)));
    CodeTensor x = narrow(perSample, 2, 2, 3);
    CodeTensor y = execute(lowered, List.of(x), 2);
    assertThat(ints(y.codes())).isEqualTo(ints(x.codes()));
    assertThat(y.params().affine()).isEqualTo(perSample.affine());
  }

  @Test
  void sumsStayWithinOneCodeOfTheRealSumInEveryRequantization() {
    for (Requantization kind : Requantization.values()) {
      for (int round = 0; round < 30; round++) {
        QuantParams a = OneStep.params(false, 0.01f + random.nextFloat(), random.nextInt(256));
        QuantParams b = OneStep.params(false, 0.01f + random.nextFloat(), random.nextInt(256));
        QuantParams out = OneStep.params(false, 0.1f + random.nextFloat(), random.nextInt(256));
        CodeTensor x = narrow(a, 1, 40);
        CodeTensor y = narrow(b, 1, 40);
        LoweredGraph add = new OneStep("Add").kind(kind).activation(a, 1, 40).activation(b, 1, 40).build(out, 1, 40);
        LoweredGraph multiply = new OneStep("Mul").kind(kind).activation(a, 1, 40).activation(b, 1, 40).build(out, 1, 40);
        int[] sum = ints(execute(add, List.of(x, y), 1).codes());
        int[] product = ints(execute(multiply, List.of(x, y), 1).codes());
        float[] left = reals(x);
        float[] right = reals(y);
        for (int i = 0; i < sum.length; i++) {
          assertThat(Math.abs(sum[i] - out.single().quantize(left[i] + right[i], out.format())))
              .as("seed %d, %s", seed, kind)
              .isLessThanOrEqualTo(1);
          assertThat(Math.abs(product[i] - out.single().quantize(left[i] * right[i], out.format())))
              .as("seed %d, %s", seed, kind)
              .isLessThanOrEqualTo(1);
        }
      }
    }
  }

  @Test
  void averagesAndConcatenationsInEveryRequantization() {
    for (Requantization kind : Requantization.values()) {
      QuantParams in = OneStep.params(true, 0.03f, -20);
      QuantParams out = OneStep.params(true, 0.02f, 11);
      CodeTensor x = narrow(in, 1, 5, 6, 6);
      LoweredGraph pool = new OneStep("GlobalAveragePool").kind(kind).activation(in, 1, 5, 6, 6).build(out, 1, 5, 1, 1);
      int[] average = ints(execute(pool, List.of(x), 1).codes());
      LoweredGraph concat =
          new OneStep("Concat")
              .kind(kind)
              .attribute("axis", 1)
              .activation(in, 1, 5, 6, 6)
              .activation(out, 1, 5, 6, 6)
              .build(out, 1, 10, 6, 6);
      int[] joined = ints(execute(concat, List.of(x, narrow(out, 1, 5, 6, 6)), 1).codes());
      float[] reals = reals(x);
      for (int channel = 0; channel < 5; channel++) {
        double sum = 0;
        for (int i = 0; i < 36; i++) {
          sum += reals[channel * 36 + i];
          int expected = out.single().quantize(reals[channel * 36 + i], out.format());
          assertThat(Math.abs(joined[channel * 36 + i] - expected)).as("seed %d, %s", seed, kind).isLessThanOrEqualTo(1);
        }
        int expected = out.single().quantize((float) (sum / 36), out.format());
        assertThat(Math.abs(average[channel] - expected)).as("seed %d, %s", seed, kind).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void maximumCommutesWithQuantization() {
    QuantParams params = OneStep.params(false, 0.037f, 93);
    float[] reals = new float[2 * 5 * 7 * 7];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = (float) random.nextGaussian() * 3;
    }
    byte[] codes = new byte[reals.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) params.single().quantize(reals[i], params.format());
    }
    LoweredGraph lowered =
        new OneStep("MaxPool").attribute("kernel_shape", 3, 3).activation(params, 1, 5, 7, 7).build(params, 1, 5, 5, 5);
    int[] pooled = ints(execute(lowered, List.of(OneStep.codes(params, codes, 2, 5, 7, 7)), 2).codes());
    int index = 0;
    for (int plane = 0; plane < 10; plane++) {
      for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 5; x++) {
          float greatest = Float.NEGATIVE_INFINITY;
          for (int tap = 0; tap < 9; tap++) {
            greatest = Math.max(greatest, reals[plane * 49 + (y + tap / 3) * 7 + x + tap % 3]);
          }
          assertThat(pooled[index++]).as("seed %d", seed).isEqualTo(params.single().quantize(greatest, params.format()));
        }
      }
    }
  }

  @Test
  void clampsNarrowTheCodes() {
    QuantParams in = OneStep.params(false, 0.1f, 50);
    CodeTensor x = narrow(in, 1, 64);
    LoweredGraph relu = new OneStep("Relu").activation(in, 1, 64).build(in, 1, 64);
    assertThat(ints(execute(relu, List.of(x), 1).codes()))
        .isEqualTo(Arrays.stream(ints(x.codes())).map(code -> Math.max(code, 50)).toArray());
    LoweredGraph fused =
        new OneStep("Reshape")
            .activation(in, 1, 64)
            .fused(Node.of("", "Relu", List.of("t"), List.of("y"), Map.of()))
            .clamped(in, 50, 200, 1, 8, 8);
    assertThat(ints(execute(fused, List.of(x), 1).codes()))
        .isEqualTo(Arrays.stream(ints(x.codes())).map(code -> Math.clamp(code, 50, 200)).toArray());
  }

  @Test
  void narrowFormatsUseFewerCodes() {
    IntegerFormat three = new IntegerFormat(3, false, Scheme.ASYMMETRIC);
    QuantParams in = OneStep.params(false, 0.02f, 10);
    QuantParams out = QuantParams.perTensor(three, new Affine(0.7f, 3));
    IntegerFormat binary = IntegerFormat.weights(1);
    byte[] signs = new byte[12 * 4];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = (byte) (random.nextBoolean() ? 1 : -1);
    }
    CodeTensor weights = OneStep.codes(QuantParams.perTensor(binary, new Affine(0.3f, 0)), signs, 12, 4);
    CodeTensor x = narrow(in, 5, 12);
    int[] y = ints(execute(new OneStep("MatMul").activation(in, 1, 12).constant(weights).build(out, 1, 4), List.of(x), 5).codes());
    assertThat(Arrays.stream(y).allMatch(code -> code >= 0 && code <= 7)).isTrue();
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 4; column++) {
        int sum = 0;
        for (int i = 0; i < 12; i++) {
          sum += (x.codes().get(row * 12 + i) - 10) * signs[i * 4 + column];
        }
        int expected = (int) Math.clamp(Math.rint((double) (sum * (0.02f * 0.3f / 0.7f))) + 3, 0, 7);
        assertThat(y[row * 4 + column]).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }
}
