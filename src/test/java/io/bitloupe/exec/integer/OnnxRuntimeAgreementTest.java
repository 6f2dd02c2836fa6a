package io.bitloupe.exec.integer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.kernel.vector.VectorKernels;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every operator of a plan against ONNX Runtime's own integer operator, on the same codes, under FLOAT_SCALE. */
class OnnxRuntimeAgreementTest {

  private static final int ROUNDS = 60;

  private static final boolean SATURATES = QLinear.saturates();

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Kernels> kernels = List.of(VectorKernels.preferred(), ScalarKernels.INSTANCE, Kernels.best());

  OnnxRuntimeAgreementTest() {
    System.out.println(getClass().getSimpleName() + " seed " + seed);
  }

  @Test
  void convolutions() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      boolean weightsSigned = signed || random.nextBoolean();
      int axes = 1 + random.nextInt(2);
      int kind = random.nextInt(4);
      int groups = kind == 0 ? 1 + random.nextInt(3) : kind == 1 ? 1 + random.nextInt(40) : 1;
      int most = random.nextInt(8) == 0 ? 200 : 20;
      int channels = kind == 1 ? groups : groups * (1 + random.nextInt(most));
      int outputs = kind == 1 ? groups : groups * (1 + random.nextInt(most));
      int[] kernel = new int[axes];
      long[] strides = new long[axes];
      long[] dilations = new long[axes];
      long[] pads = new long[2 * axes];
      List<Integer> in = new ArrayList<>(List.of(1, channels));
      List<Integer> out = new ArrayList<>(List.of(1, outputs));
      for (int axis = 0; axis < axes; axis++) {
        kernel[axis] = kind == 3 ? 1 : 1 + random.nextInt(4);
        strides[axis] = kind == 3 ? 1 : 1 + random.nextInt(2);
        dilations[axis] = 1 + random.nextInt(2);
        pads[axis] = kind == 3 ? 0 : random.nextInt(kernel[axis]);
        pads[axis + axes] = kind == 3 ? 0 : random.nextInt(kernel[axis]);
        int extent = (int) ((kernel[axis] - 1) * dilations[axis] + 1);
        int size = Math.max(extent, 1 + random.nextInt(14));
        in.add(size);
        out.add((int) ((size + pads[axis] + pads[axis + axes] - extent) / strides[axis] + 1));
      }
      int taps = 1;
      List<Integer> weightShape = new ArrayList<>(List.of(outputs, channels / groups));
      for (int size : kernel) {
        taps *= size;
        weightShape.add(size);
      }
      QuantParams inParams = OneStep.params(signed, scale(), zeroPoint(signed));
      QuantParams weightParams = weights(outputs, 0, weightsSigned);
      float outScale = (float) (inParams.single().scale() * 0.01 * 70 * 70 * Math.sqrt(taps * channels / groups) / 60);
      QuantParams outParams = OneStep.params(signed, outScale, zeroPoint(signed));
      CodeTensor weights = weightCodes(weightParams, ints(weightShape));
      int[] bias = random.nextBoolean() ? biases(outputs) : new int[0];
      OneStep builder =
          new OneStep("Conv")
              .attribute("strides", strides)
              .attribute("dilations", dilations)
              .attribute("pads", pads)
              .attribute("group", groups)
              .activation(inParams, ints(in))
              .constant(weights);
      if (bias.length > 0) {
        builder.bias(bias, new float[outputs]);
      }
      LoweredGraph lowered = builder.build(outParams, ints(out));
      int samples = 1 + random.nextInt(3);
      CodeTensor x = codes(inParams, batched(ints(in), samples));
      QLinear reference =
          new QLinear("QLinearConv", "")
              .attributes(OneStep.step(lowered).node().attributes())
              .fed(x)
              .constant(weights)
              .parameters(outParams);
      if (bias.length > 0) {
        reference.input(Tensor.ofInts(Shape.of(outputs), bias));
      }
      check(round, lowered, List.of(x), samples, reference);
    }
  }

  @Test
  void matrixProducts() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      boolean weightsSigned = signed || random.nextBoolean();
      boolean large = random.nextInt(6) == 0;
      int m = 1 + random.nextInt(20);
      int k = 1 + random.nextInt(large ? 4000 : 200);
      int n = 1 + random.nextInt(large ? 300 : 70);
      QuantParams inParams = OneStep.params(signed, scale(), zeroPoint(signed));
      QuantParams weightParams = weights(n, 1, weightsSigned);
      float outScale = (float) (inParams.single().scale() * 0.01 * 70 * 70 * Math.sqrt(k) / 60);
      QuantParams outParams = OneStep.params(signed, outScale, zeroPoint(signed));
      CodeTensor weights = weightCodes(weightParams, k, n);
      LoweredGraph lowered =
          new OneStep("MatMul").activation(inParams, 1, m, k).constant(weights).build(outParams, 1, m, n);
      int samples = 1 + random.nextInt(3);
      CodeTensor x = codes(inParams, samples, m, k);
      QLinear reference = new QLinear("QLinearMatMul", "").fed(x).constant(weights).parameters(outParams);
      check(round, lowered, List.of(x), samples, reference);
    }
  }

  @Test
  void gemms() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      boolean weightsSigned = signed || random.nextBoolean();
      boolean transposed = random.nextBoolean();
      boolean large = random.nextInt(6) == 0;
      int k = 1 + random.nextInt(large ? 4000 : 200);
      int n = 1 + random.nextInt(large ? 300 : 70);
      QuantParams inParams = OneStep.params(signed, scale(), zeroPoint(signed));
      QuantParams weightParams = weights(n, transposed ? 0 : 1, weightsSigned);
      float outScale = (float) (inParams.single().scale() * 0.01 * 70 * 70 * Math.sqrt(k) / 60);
      QuantParams outParams = OneStep.params(signed, outScale, zeroPoint(signed));
      CodeTensor weights = transposed ? weightCodes(weightParams, n, k) : weightCodes(weightParams, k, n);
      int[] bias = biases(n);
      LoweredGraph lowered =
          new OneStep("Gemm")
              .attribute("transB", transposed ? 1 : 0)
              .activation(inParams, 1, k)
              .constant(weights)
              .bias(bias, new float[n])
              .build(outParams, 1, n);
      int samples = 1 + random.nextInt(9);
      CodeTensor x = codes(inParams, samples, k);
      QLinear reference =
          new QLinear("QGemm", "com.microsoft")
              .attributes(OneStep.step(lowered).node().attributes())
              .fed(x)
              .constant(weights)
              .input(Tensor.ofInts(Shape.of(n), bias))
              .parameters(outParams);
      check(round, lowered, List.of(x), samples, reference);
    }
  }

  @Test
  void productsOfActivations() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      int heads = 1 + random.nextInt(4);
      int m = 1 + random.nextInt(20);
      int k = 1 + random.nextInt(60);
      int n = 1 + random.nextInt(20);
      QuantParams left = OneStep.params(signed, scale(), zeroPoint(signed));
      QuantParams right = OneStep.params(signed, scale(), zeroPoint(signed));
      float outScale = (float) (left.single().scale() * right.single().scale() * 70 * 70 * Math.sqrt(k) / 60);
      QuantParams outParams = OneStep.params(signed, outScale, zeroPoint(signed));
      LoweredGraph lowered =
          new OneStep("MatMul")
              .activation(left, 1, heads, m, k)
              .activation(right, 1, heads, k, n)
              .build(outParams, 1, heads, m, n);
      int samples = 1 + random.nextInt(3);
      CodeTensor a = codes(left, samples, heads, m, k);
      CodeTensor b = codes(right, samples, heads, k, n);
      QLinear reference = new QLinear("QLinearMatMul", "").fed(a).fed(b).parameters(outParams);
      check(round, lowered, List.of(a, b), samples, reference);
    }
  }

  @Test
  void sumsAndProducts() {
    for (int round = 0; round < 3 * ROUNDS; round++) {
      boolean adds = random.nextBoolean();
      boolean signed = random.nextBoolean();
      int[] shape = {1, 1 + random.nextInt(20), 1 + random.nextInt(9), 1 + random.nextInt(9)};
      int[] shapeA = shape.clone();
      int[] shapeB = shape.clone();
      switch (random.nextInt(5)) {
        case 0 -> shapeB[2] = shapeB[3] = 1;
        case 1 -> shapeA[2] = shapeA[3] = 1;
        case 2 -> shapeB[1] = 1;
        case 3 -> shapeA[3] = 1;
        default -> {
          // Equal shapes.
        }
      }
      QuantParams left = OneStep.params(signed, scale(), zeroPoint(signed));
      QuantParams right = OneStep.params(signed, scale(), zeroPoint(signed));
      double spread =
          adds
              ? Math.hypot(left.single().scale(), right.single().scale())
              : left.single().scale() * right.single().scale() * 70;
      QuantParams outParams = OneStep.params(signed, (float) (spread * (0.6 + random.nextDouble())), zeroPoint(signed));
      int samples = 1 + random.nextInt(3);
      CodeTensor a = codes(left, batched(shapeA, samples));
      CodeTensor b = codes(right, batched(shapeB, samples));
      LoweredGraph lowered =
          new OneStep(adds ? "Add" : "Mul").activation(left, shapeA).activation(right, shapeB).build(outParams, shape);
      QLinear reference =
          new QLinear(adds ? "QLinearAdd" : "QLinearMul", "com.microsoft").fed(a).fed(b).parameters(outParams);
      check(round, lowered, List.of(a, b), samples, reference);
    }
  }

  @Test
  void averages() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      boolean global = random.nextBoolean();
      int channels = 1 + random.nextInt(20);
      int height = 3 + random.nextInt(12);
      int width = 3 + random.nextInt(12);
      QuantParams inParams = OneStep.params(signed, scale(), zeroPoint(signed));
      float outScale = inParams.single().scale() * (0.05f + random.nextFloat());
      QuantParams outParams = OneStep.params(signed, outScale, zeroPoint(signed));
      OneStep builder =
          new OneStep(global ? "GlobalAveragePool" : "AveragePool").activation(inParams, 1, channels, height, width);
      int[] out = {1, channels, 1, 1};
      if (!global) {
        long[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(3)};
        long[] strides = {1 + random.nextInt(2), 1 + random.nextInt(2)};
        long[] pads = new long[4];
        for (int i = 0; i < 4; i++) {
          pads[i] = random.nextInt((int) kernel[i % 2]);
        }
        builder
            .attribute("kernel_shape", kernel)
            .attribute("strides", strides)
            .attribute("pads", pads)
            .attribute("count_include_pad", random.nextInt(2));
        out[2] = (int) ((height + pads[0] + pads[2] - kernel[0]) / strides[0] + 1);
        out[3] = (int) ((width + pads[1] + pads[3] - kernel[1]) / strides[1] + 1);
      }
      LoweredGraph lowered = builder.build(outParams, out);
      int samples = 1 + random.nextInt(3);
      CodeTensor x = codes(inParams, samples, channels, height, width);
      QLinear reference =
          new QLinear(global ? "QLinearGlobalAveragePool" : "QLinearAveragePool", "com.microsoft")
              .attributes(OneStep.step(lowered).node().attributes())
              .fed(x)
              .parameters(outParams);
      check(round, lowered, List.of(x), samples, reference);
    }
  }

  @Test
  void maxima() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      int channels = 1 + random.nextInt(70);
      int height = 4 + random.nextInt(12);
      int width = 4 + random.nextInt(12);
      long[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(3)};
      long[] strides = {1 + random.nextInt(3), 1 + random.nextInt(3)};
      long[] pads = new long[4];
      for (int i = 0; i < 4; i++) {
        pads[i] = random.nextInt((int) kernel[i % 2]);
      }
      boolean ceil = random.nextBoolean();
      int[] out = {1, channels, 0, 0};
      int[] size = {height, width};
      for (int axis = 0; axis < 2; axis++) {
        double steps = (size[axis] + pads[axis] + pads[axis + 2] - kernel[axis]) / (double) strides[axis];
        out[axis + 2] = (int) (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
        if (ceil && (out[axis + 2] - 1) * strides[axis] >= size[axis] + pads[axis]) {
          out[axis + 2]--;
        }
      }
      QuantParams params = OneStep.params(signed, scale(), zeroPoint(signed));
      LoweredGraph lowered =
          new OneStep("MaxPool")
              .attribute("kernel_shape", kernel)
              .attribute("strides", strides)
              .attribute("pads", pads)
              .attribute("ceil_mode", ceil ? 1 : 0)
              .activation(params, 1, channels, height, width)
              .build(params, out);
      int samples = 1 + random.nextInt(3);
      CodeTensor x = codes(params, samples, channels, height, width);
      QLinear reference =
          new QLinear("MaxPool", "").attributes(OneStep.step(lowered).node().attributes()).fedCodes(x);
      check(round, lowered, List.of(x), samples, reference);
    }
  }

  @Test
  void movements() {
    for (int round = 0; round < 2 * ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      int[] shape = {1, 2 + random.nextInt(9), 2 + random.nextInt(9), 2 + random.nextInt(9)};
      int[] out = shape.clone();
      QuantParams params = OneStep.params(signed, scale(), zeroPoint(signed));
      int samples = 1 + random.nextInt(3);
      CodeTensor x = codes(params, batched(shape, samples));
      OneStep builder;
      QLinear reference;
      switch (random.nextInt(4)) {
        case 0 -> {
          List<Integer> axes = new ArrayList<>(List.of(1, 2, 3));
          Collections.shuffle(axes, random);
          builder = new OneStep("Transpose").attribute("perm", 0, axes.get(0), axes.get(1), axes.get(2));
          for (int axis = 1; axis < 4; axis++) {
            out[axis] = shape[axes.get(axis - 1)];
          }
          reference = new QLinear("Transpose", "").fedCodes(x);
        }
        case 1 -> {
          builder = new OneStep("Slice");
          int axis = 1 + random.nextInt(3);
          boolean backwards = random.nextBoolean();
          int step = backwards ? -1 - random.nextInt(2) : 1 + random.nextInt(2);
          int start = backwards ? -1 : random.nextInt(shape[axis]);
          int end = backwards ? -1000 : random.nextBoolean() ? 1000 : shape[axis];
          int first = backwards ? shape[axis] - 1 : start;
          out[axis] = backwards ? first / -step + 1 : (shape[axis] - first + step - 1) / step;
          Tensor[] given = {longs(start), longs(end), longs(random.nextBoolean() ? axis : axis - 4), longs(step)};
          reference = new QLinear("Slice", "").fedCodes(x);
          for (Tensor tensor : given) {
            builder.shapeInput(tensor);
            reference.input(tensor);
          }
        }
        case 2 -> {
          builder = new OneStep("Pad");
          long[] pads = new long[8];
          for (int axis = 1; axis < 4; axis++) {
            pads[axis] = random.nextInt(3);
            pads[axis + 4] = random.nextInt(3);
            out[axis] += (int) (pads[axis] + pads[axis + 4]);
          }
          Tensor amounts = Tensor.ofLongs(Shape.of(8), pads);
          builder.shapeInput(amounts);
          reference = new QLinear("Pad", "").fedCodes(x).input(amounts).zeroPoint(params);
        }
        default -> {
          builder = new OneStep("Reshape");
          out = new int[] {1, shape[1] * shape[2], shape[3]};
          reference =
              new QLinear("Reshape", "").fedCodes(x).input(Tensor.ofLongs(Shape.of(3), -1, shape[1] * shape[2], shape[3]));
        }
      }
      LoweredGraph lowered = builder.activation(params, shape).build(params, out);
      reference.attributes(OneStep.step(lowered).node().attributes());
      check(round, lowered, List.of(x), samples, reference);
    }
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  @Test
  void concatenations() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean signed = random.nextBoolean();
      int axis = 1 + random.nextInt(3);
      QuantParams outParams = OneStep.params(signed, scale(), zeroPoint(signed));
      OneStep builder = new OneStep("Concat").attribute("axis", axis);
      int[] out = {1, 1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)};
      out[axis] = 0;
      int samples = 1 + random.nextInt(3);
      List<CodeTensor> inputs = new ArrayList<>();
      QLinear reference = new QLinear("QLinearConcat", "com.microsoft").parameters(outParams);
      for (int i = 0; i < 3; i++) {
        int[] shape = out.clone();
        shape[axis] = 1 + random.nextInt(9);
        QuantParams params =
            random.nextInt(4) == 0
                ? outParams
                : OneStep.params(signed, outParams.single().scale() * (0.3f + random.nextFloat()), zeroPoint(signed));
        builder.activation(params, shape);
        CodeTensor x = codes(params, batched(shape, samples));
        inputs.add(x);
        reference.fed(x);
      }
      for (CodeTensor input : inputs) {
        out[axis] += input.shape().dim(axis);
      }
      LoweredGraph lowered = builder.build(outParams, out);
      reference.attributes(OneStep.step(lowered).node().attributes());
      check(round, lowered, inputs, samples, reference);
    }
  }

  private void check(int round, LoweredGraph lowered, List<CodeTensor> inputs, int samples, QLinear reference) {
    IntegerPlan plan = IntegerPlan.compile(lowered, kernels.get(round % kernels.size()));
    CodeTensor actual = plan.execute(OneStep.step(lowered), inputs, samples);
    byte[] expected = reference.run(actual.shape(), lowered.activations().get("y").format().signed());
    byte[] codes = ((Codes.Bytes) actual.codes()).values();
    int differing = 0;
    String first = "";
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] != expected[i]) {
        first = differing == 0 ? "%d: %d, not %d".formatted(i, codes[i], expected[i]) : first;
        differing++;
      }
    }
    assertThat(differing)
        .as("seed %d, round %d, %s of %s: %s of %d", seed, round, OneStep.step(lowered).node(), lowered.activations(), first, codes.length)
        .isZero();
  }

  private float scale() {
    return 0.002f + random.nextFloat() * 0.05f;
  }

  private int zeroPoint(boolean signed) {
    int least = signed ? -128 : 0;
    return switch (random.nextInt(6)) {
      case 0 -> least;
      case 1 -> least + 255;
      case 2 -> least + 128;
      default -> least + random.nextInt(256);
    };
  }

  /** Per tensor or per channel; ONNX Runtime asks for one zero-point. */
  private QuantParams weights(int channels, int axis, boolean signed) {
    int zeroPoint = random.nextBoolean() ? (signed ? 0 : 128) : zeroPoint(signed);
    if (random.nextBoolean()) {
      return OneStep.params(signed, 0.005f + random.nextFloat() * 0.01f, zeroPoint);
    }
    float[] scales = new float[channels];
    int[] zeroPoints = new int[channels];
    for (int channel = 0; channel < channels; channel++) {
      scales[channel] = 0.005f + random.nextFloat() * 0.01f;
      zeroPoints[channel] = zeroPoint;
    }
    return OneStep.perChannel(OneStep.format(signed), axis, scales, zeroPoints);
  }

  private int[] biases(int count) {
    int[] bias = new int[count];
    for (int i = 0; i < count; i++) {
      bias[i] = (int) (random.nextGaussian() * 10000);
    }
    return bias;
  }

  private CodeTensor codes(QuantParams params, int... shape) {
    byte[] bytes = new byte[Math.toIntExact(Shape.of(shape).elements())];
    switch (random.nextInt(8)) {
      case 0 -> Arrays.fill(bytes, (byte) 0x80);
      case 1 -> Arrays.fill(bytes, (byte) (params.format().signed() ? 0x7F : 0xFF));
      default -> random.nextBytes(bytes);
    }
    return OneStep.codes(params, bytes, shape);
  }

  /** Codes of weights, small where ONNX Runtime would saturate. */
  private CodeTensor weightCodes(QuantParams params, int... shape) {
    CodeTensor weights = codes(params, shape);
    if (SATURATES && weights.codes() instanceof Codes.Bytes(byte[] values, boolean _)) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= 2;
      }
    }
    return weights;
  }

  private static int[] batched(int[] shape, int samples) {
    int[] batched = shape.clone();
    batched[0] *= samples;
    return batched;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  static DataType type(boolean signed) {
    return signed ? DataType.INT8 : DataType.UINT8;
  }
}
