package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.kernel.vector.VectorKernels;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.calibrate.ActivationObservers;
import io.bitloupe.quant.calibrate.Calibration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole sample models in integers: against ONNX Runtime on the exported graph, and against themselves. */
class IntegerRuntimeTest {

  private static final int SAMPLES = 4;

  private static Model load(String name) {
    return Lab.sample(name);
  }

  private static Map<String, Tensor> inputs(Model model, int samples, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    model.graph().inputs().forEach(input -> {
      Shape shape = model.tensors().get(input.name()).shape().withOuter(samples);
      float[] values = new float[Math.toIntExact(shape.elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(3) == 0 ? 0 : random.nextFloat();
      }
      inputs.put(input.name(), Tensor.ofFloats(shape, values));
    });
    return inputs;
  }

  private static LoweredGraph lower(Model model, QuantConfig config) {
    Set<String> taps =
        model.tensors().values().stream()
            .filter(info -> info.type() == DataType.FLOAT)
            .map(TensorInfo::name)
            .collect(Collectors.toSet());
    ActivationObservers observers = new ActivationObservers();
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      Map<String, Tensor> inputs = inputs(model, 8, 1);
      Map<String, Tensor> values = new HashMap<>(runtime.run(inputs, 8));
      values.putAll(inputs);
      values.keySet().retainAll(taps);
      observers.accept(values, 8, 0);
    }
    Calibration calibration = observers.toCalibration("random");
    return Lowering.lower(model, ConfigResolver.resolve(config, model, calibration));
  }

  private static QuantConfig config(int weightBits, int activationBits, RangeMethod activationRange) {
    return QuantConfig.uniform(
        new TensorChoice.Quantized(IntegerFormat.weights(weightBits), Granularity.CHANNEL, new RangeMethod.MinMax()),
        new TensorChoice.Quantized(IntegerFormat.activations(activationBits), Granularity.TENSOR, activationRange));
  }

  private static float[] output(ModelRuntime runtime, Model model, Map<String, Tensor> inputs, int samples) {
    return runtime.run(inputs, samples).get(model.graph().outputs().getFirst().name()).floats();
  }

  /** Operands of 1 and 2 bits are multiplied bit by bit, for a few samples or for all. */
  @ParameterizedTest
  @ValueSource(strings = {"lenet-300-100", "lenet-5"})
  void narrowOperandsEqualOnnxRuntimeOnTheExportedGraph(String name) {
    Model model = load(name);
    for (QuantConfig config :
        List.of(
            config(1, 1, new RangeMethod.MinMax()), config(1, 2, new RangeMethod.MinMax()), config(2, 2, new RangeMethod.MinMax()))) {
      LoweredGraph lowered = lower(model, config);
      try (OnnxRuntimeQdq reference = new OnnxRuntimeQdq(lowered)) {
        for (int samples : new int[] {1, 3, 20}) {
          Map<String, Tensor> inputs = inputs(model, samples, 2);
          float[] expected = output(reference, model, inputs, samples);
          for (Kernels kernels : List.of(Kernels.best(), VectorKernels.preferred(), ScalarKernels.INSTANCE)) {
            try (IntegerRuntime runtime = IntegerRuntime.open(lowered, kernels)) {
              assertThat(output(runtime, model, inputs, samples)).as("%s kernels", kernels.name()).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-5", "resnet-14", "mobilenetv2-mini"})
  void equalsOnnxRuntimeOnTheExportedGraph(String name) {
    Model model = load(name);
    for (QuantConfig config : List.of(QuantConfig.defaults(), config(4, 5, new RangeMethod.MinMax()))) {
      LoweredGraph lowered = lower(model, config);
      assertThat(lowered.integerMacShare()).isEqualTo(1);
      Map<String, Tensor> inputs = inputs(model, SAMPLES, 2);
      try (OnnxRuntimeQdq reference = new OnnxRuntimeQdq(lowered)) {
        float[] expected = output(reference, model, inputs, SAMPLES);
        for (Kernels kernels : List.of(Kernels.best(), VectorKernels.preferred(), ScalarKernels.INSTANCE)) {
          try (IntegerRuntime runtime = IntegerRuntime.open(lowered, kernels)) {
            assertThat(output(runtime, model, inputs, SAMPLES)).as("%s kernels", kernels.name()).isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void attentionRunsInIntegers() {
    Model model = load("vit-tiny");
    LoweredGraph lowered = lower(model, QuantConfig.defaults());
    Map<String, Tensor> inputs = inputs(model, SAMPLES, 3);
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered);
        IntegerRuntime scalar = IntegerRuntime.open(lowered, ScalarKernels.INSTANCE);
        OnnxRuntimeQdq reference = new OnnxRuntimeQdq(lowered)) {
      float[] actual = output(runtime, model, inputs, SAMPLES);
      assertThat(actual).isEqualTo(output(scalar, model, inputs, SAMPLES));
      // Islands are sessions of their own: the last bits of their floats may differ, and a code with them.
      assertThat(cosine(actual, output(reference, model, inputs, SAMPLES))).isGreaterThan(0.999);
    }
  }

  @Test
  void resultsDependNeitherOnTheBatchNorOnThreads() throws Exception {
    Model model = load("mobilenetv2-mini");
    for (QuantConfig config :
        List.of(
            config(8, 8, new RangeMethod.MinMax()),
            config(8, 8, new RangeMethod.Dynamic()),
            config(8, 16, new RangeMethod.MinMax()))) {
      LoweredGraph lowered = lower(model, config);
      Map<String, Tensor> inputs = inputs(model, SAMPLES, 4);
      try (IntegerRuntime runtime = IntegerRuntime.open(lowered);
          ExecutorService threads = Executors.newFixedThreadPool(3)) {
        float[] together = output(runtime, model, inputs, SAMPLES);
        int length = together.length / SAMPLES;
        List<Callable<float[]>> runs =
            IntStream.range(0, 2 * SAMPLES)
                .<Callable<float[]>>mapToObj(i -> () -> output(runtime, model, sample(inputs, i % SAMPLES), 1))
                .toList();
        List<Future<float[]>> results = threads.invokeAll(runs);
        for (int i = 0; i < results.size(); i++) {
          int sample = i % SAMPLES;
          assertThat(results.get(i).get())
              .isEqualTo(Arrays.copyOfRange(together, sample * length, (sample + 1) * length));
        }
      }
    }
  }

  @Test
  void eachStepAloneEqualsTheStepInTheRun() {
    Model model = load("resnet-14");
    for (RangeMethod range : List.of(new RangeMethod.MinMax(), new RangeMethod.Dynamic())) {
      LoweredGraph lowered = lower(model, config(8, 8, range));
      Map<String, Tensor> inputs = inputs(model, SAMPLES, 5);
      Map<String, CodeTensor> written = new HashMap<>();
      try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
        Set<Step> timed = new HashSet<>();
        runtime.run(
            inputs,
            SAMPLES,
            new StepObserver() {
              @Override
              public void onCodes(IntegerStep step, CodeTensor output) {
                written.put(step.output(), copy(output));
              }

              @Override
              public void onTime(Step step, long nanoseconds) {
                timed.add(step);
              }
            });
        assertThat(timed).hasSameSizeAs(lowered.steps());
        int compared = 0;
        for (IntegerStep step : lowered.integerSteps()) {
          if (written.keySet().containsAll(step.inputs())) {
            CodeTensor alone = runtime.execute(step, step.inputs().stream().map(written::get).toList(), SAMPLES);
            CodeTensor expected = written.get(step.output());
            assertThat(codes(alone)).as(step.name()).isEqualTo(codes(expected));
            assertThat(alone.shape()).isEqualTo(expected.shape());
            assertThat(alone.params()).isEqualTo(expected.params());
            compared++;
          }
        }
        assertThat(compared).isGreaterThan(20);
      }
    }
  }

  @Test
  void otherRequantizationsStayClose() {
    Model model = load("resnet-14");
    Map<String, Tensor> inputs = inputs(model, SAMPLES, 6);
    float[] reference = {};
    for (Requantization kind : Requantization.values()) {
      LoweredGraph lowered = lower(model, QuantConfig.defaults().withRequantization(kind));
      try (IntegerRuntime runtime = IntegerRuntime.open(lowered);
          IntegerRuntime scalar = IntegerRuntime.open(lowered, ScalarKernels.INSTANCE)) {
        float[] output = output(runtime, model, inputs, SAMPLES);
        assertThat(output).isEqualTo(output(scalar, model, inputs, SAMPLES));
        reference = kind == Requantization.FLOAT_SCALE ? output : reference;
        assertThat(cosine(output, reference)).isGreaterThan(0.999);
      }
    }
  }

  @Test
  void dynamicAndSixteenBitActivationsFollowTheFloatModel() {
    Model model = load("mobilenetv2-mini");
    Map<String, Tensor> inputs = inputs(model, SAMPLES, 7);
    float[] reference;
    try (FloatRuntime runtime = new FloatRuntime(model, Set.of())) {
      reference = output(runtime, model, inputs, SAMPLES);
    }
    try (IntegerRuntime wide = IntegerRuntime.open(lower(model, config(8, 16, new RangeMethod.MinMax())));
        IntegerRuntime dynamic = IntegerRuntime.open(lower(model, config(8, 8, new RangeMethod.Dynamic())))) {
      assertThat(cosine(output(wide, model, inputs, SAMPLES), reference)).isGreaterThan(0.99);
      assertThat(cosine(output(dynamic, model, inputs, SAMPLES), reference)).isGreaterThan(0.98);
    }
  }

  private static Map<String, Tensor> sample(Map<String, Tensor> inputs, int sample) {
    Map<String, Tensor> one = new HashMap<>();
    inputs.forEach((name, whole) -> {
      int length = whole.elements() / SAMPLES;
      float[] values = Arrays.copyOfRange(whole.floats(), sample * length, (sample + 1) * length);
      one.put(name, Tensor.ofFloats(whole.shape().withOuter(1), values));
    });
    return one;
  }

  private static CodeTensor copy(CodeTensor tensor) {
    Codes codes =
        switch (tensor.codes()) {
          case Codes.Bytes(byte[] values, boolean signed) -> new Codes.Bytes(values.clone(), signed);
          case Codes.Shorts(short[] values, boolean signed) -> new Codes.Shorts(values.clone(), signed);
        };
    QuantParams params = tensor.params();
    return new CodeTensor(tensor.shape(), params, codes);
  }

  private static int[] codes(CodeTensor tensor) {
    int[] codes = new int[tensor.codes().length()];
    Arrays.setAll(codes, tensor.codes()::get);
    return codes;
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }
}
