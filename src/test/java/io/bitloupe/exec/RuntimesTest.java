package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataSplit;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimesTest {

  @ParameterizedTest
  @ValueSource(strings = {"lenet-300-100", "lenet-5", "resnet-14", "mobilenetv2-mini", "vgg-mini", "vit-tiny"})
  void simulatedAndDeployedAnswerAlike(String name) {
    Model model = Lab.sample(name);
    DataSplit data = Lab.sampleData(model);
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8), data.calibration());
    Batch batch = data.report().batch(0, 100);
    try (ModelRuntime reference = new FloatRuntime(model, Set.of());
        ModelRuntime simulated = new SimulatedRuntime(lowered);
        ModelRuntime deployed = new OnnxRuntimeQdq(lowered)) {
      int[] expected = classes(reference.run(batch.inputs(), 100).get("logits"));
      int[] inFloat = classes(simulated.run(batch.inputs(), 100).get("logits"));
      int[] inIntegers = classes(deployed.run(batch.inputs(), 100).get("logits"));
      assertThat(equal(inFloat, inIntegers)).isGreaterThanOrEqualTo(99);
      assertThat(equal(expected, inIntegers)).isGreaterThanOrEqualTo(93);
    }
  }

  @Test
  void tapsComeBesideTheResults() {
    Model model = Lab.sample("lenet-5");
    Batch batch = Lab.random(model, 3).batch(0, 3);
    Set<String> taps = Set.of("input", model.layers().getFirst().output());
    try (ModelRuntime runtime = new FloatRuntime(model, taps)) {
      Map<String, Tensor> values = runtime.run(batch.inputs(), 3);
      assertThat(values.keySet()).containsAll(taps).contains("logits");
      assertThat(values.get("input")).isEqualTo(batch.inputs().get("input"));
      assertThat(values.get(model.layers().getFirst().output()).shape().dim(0)).isEqualTo(3);
    }
  }

  /** Seven samples in parts of three, the last one of one: the same tensors, handed over whole or one by one. */
  @Test
  void partsGiveWhatTheWholeGives() {
    Model model = Lab.sample("lenet-5");
    Batch batch = Lab.random(model, 7).batch(0, 7);
    Set<String> taps = Set.of("input", model.layers().getFirst().output());
    try (FloatRuntime whole = new FloatRuntime(model, taps);
        FloatRuntime parts = FloatRuntime.inParts(model, taps, 3)) {
      Map<String, Tensor> expected = whole.run(batch.inputs(), 7);
      Map<String, Tensor> handedOver = new HashMap<>();
      parts.run(batch.inputs(), 7, handedOver::put);
      assertThat(handedOver).containsOnlyKeys(expected.keySet()).isEqualTo(parts.run(batch.inputs(), 7));
      expected.forEach(
          (name, tensor) -> {
            assertThat(handedOver.get(name).shape()).isEqualTo(tensor.shape());
            assertThat(handedOver.get(name).floats()).containsExactly(tensor.floats(), within(1e-4f));
          });
    }
  }

  @Test
  void quantizedActivationsCanBeTappedDequantized() {
    Model model = Lab.sample("lenet-5");
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8), Lab.random(model, 8));
    String tensor = model.layers().getFirst().output();
    Batch batch = Lab.random(model, 8).batch(0, 8);
    try (ModelRuntime reference = new FloatRuntime(model, Set.of(tensor));
        ModelRuntime simulated = new SimulatedRuntime(lowered, Set.of(tensor, "input"))) {
      float[] expected = reference.run(batch.inputs(), 8).get(tensor).floats();
      Map<String, Tensor> values = simulated.run(batch.inputs(), 8);
      float[] actual = values.get(tensor).floats();
      float scale = lowered.params(tensor).single().scale();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(4 * scale));
      }
      assertThat(values.get("input").floats()).isNotEqualTo(batch.inputs().get("input").floats());
    }
  }

  @Test
  void modelsThatTakeOneSampleRunSampleBySample() {
    Model model =
        Lab.model(new TestGraph(17).input("x", 1, 6).random("w", 6, 3).node("Gemm", "x,w", "y").output("y").build());
    assertThat(model.batchable()).isFalse();
    Tensor three = TestGraph.randomTensor(5, 3, 6);
    float[] all = three.floats();
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8));
    for (ModelRuntime runtime :
        List.of(new FloatRuntime(model, Set.of()), new SimulatedRuntime(lowered), new OnnxRuntimeQdq(lowered))) {
      try (runtime) {
        Tensor together = runtime.run(Map.of("x", three), 3).get("y");
        assertThat(together.shape()).isEqualTo(Shape.of(3, 3));
        for (int sample = 0; sample < 3; sample++) {
          float[] one = Arrays.copyOfRange(all, sample * 6, sample * 6 + 6);
          float[] alone = runtime.run(Map.of("x", Tensor.ofFloats(Shape.of(1, 6), one)), 1).get("y").floats();
          assertThat(Arrays.copyOfRange(together.floats(), sample * 3, sample * 3 + 3)).isEqualTo(alone);
        }
      }
    }
    assertThat(Verification.verify(lowered, Lab.random(model, 5), 5, Progress.NONE).endToEndMaxLsb()).isZero();
  }

  /** A dynamic range is that of one sample, so a batch must not change it. */
  @Test
  void dynamicRangesDoNotDependOnTheBatch() {
    Model model = Lab.sample("lenet-5");
    TensorChoice dynamic =
        new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Dynamic());
    LoweredGraph lowered =
        Lab.lower(model, QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), dynamic), Lab.random(model, 4));
    Batch four = Lab.random(model, 4).batch(0, 4);
    Batch one = Lab.random(model, 4).batch(2, 1);
    try (ModelRuntime simulated = new SimulatedRuntime(lowered);
        ModelRuntime deployed = new OnnxRuntimeQdq(lowered);
        ModelRuntime reference = new FloatRuntime(model, Set.of())) {
      float[] together = simulated.run(four.inputs(), 4).get("logits").floats();
      float[] alone = simulated.run(one.inputs(), 1).get("logits").floats();
      assertThat(Arrays.copyOfRange(together, 20, 30)).isEqualTo(alone);
      assertThat(classes(deployed.run(four.inputs(), 4).get("logits"))).isEqualTo(classes(reference.run(four.inputs(), 4).get("logits")));
    }
  }

  /** A Gemm with a bias in units of a fixed scale became a QGemm that took it for one of the sample's scale: 41 dB instead of 45. */
  @Test
  void dynamicRangesAreOptimizedToTheSameResult() {
    Model model = Lab.sample("lenet-5");
    TensorChoice dynamic =
        new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Dynamic());
    LoweredGraph lowered =
        Lab.lower(model, QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), dynamic), Lab.random(model, 4));
    // Far from what was calibrated on, so that the scales of the samples are too.
    Tensor bright = Lab.random(model, 4).batch(0, 4).inputs().get("input");
    float[] values = bright.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.1f;
    }
    Map<String, Tensor> dim = Map.of("input", Tensor.ofFloats(bright.shape(), values));
    try (ModelRuntime simulated = new SimulatedRuntime(lowered);
        ModelRuntime deployed = new OnnxRuntimeQdq(lowered)) {
      float[] expected = simulated.run(dim, 4).get("logits").floats();
      float[] got = deployed.run(dim, 4).get("logits").floats();
      float step = step(expected);
      for (int i = 0; i < got.length; i++) {
        assertThat(got[i]).isCloseTo(expected[i], within(1.01f * step));
      }
    }
  }

  /** The coarsest step of 8 bits over the logits of a sample. */
  private static float step(float[] logits) {
    float min = 0;
    float max = 0;
    for (float logit : logits) {
      min = Math.min(min, logit);
      max = Math.max(max, logit);
    }
    return (max - min) / 255;
  }

  @Test
  void severalThreadsMayRunAtOnce() throws InterruptedException, ExecutionException {
    Model model = Lab.sample("lenet-5");
    LoweredGraph lowered = Lab.lower(model, Lab.bits(8, 8), Lab.random(model, 8));
    try (ModelRuntime runtime = new OnnxRuntimeQdq(lowered);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<float[]>> runs = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Batch batch = Lab.random(model, 8).batch(i % 3, 4);
        runs.add(threads.submit(() -> runtime.run(batch.inputs(), 4).get("logits").floats()));
      }
      for (int i = 3; i < runs.size(); i++) {
        assertThat(runs.get(i).get()).isEqualTo(runs.get(i - 3).get());
      }
    }
  }

  private static int[] classes(Tensor logits) {
    float[] values = logits.floats();
    int width = logits.shape().dim(1);
    int[] classes = new int[logits.shape().dim(0)];
    for (int i = 0; i < values.length; i++) {
      int sample = i / width;
      classes[sample] = values[i] > values[sample * width + classes[sample]] ? i % width : classes[sample];
    }
    return classes;
  }

  private static int equal(int[] a, int[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return equal;
  }
}
