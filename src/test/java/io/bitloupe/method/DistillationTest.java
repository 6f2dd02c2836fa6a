package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.SyntheticDataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.method.gradient.Backward;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.onnx.TestGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives against differences of the float runtime, and images distilled from BatchNormalization. */
class DistillationTest {

  private static final double STEP = 1e-4;

  /**
   * Derivatives of a random weighting of the outputs along random directions equal central differences, up to what crosses a kink
   * and float32 rounding.
   */
  @ParameterizedTest
  @ValueSource(strings = {"lenet-5", "mobilenetv2-mini", "resnet-14", "vgg-mini"})
  void derivativesAreThoseOfTheRuntime(String name) {
    Model model = Lab.sample(name);
    String input = model.graph().inputs().getFirst().name();
    String output = model.graph().outputs().getFirst().name();
    Set<String> taps =
        model.tensors().values().stream().map(TensorInfo::name).filter(it -> !it.equals(input)).collect(Collectors.toSet());
    // Random pixels: pictures have ties, at which a maximum has no derivative.
    Batch batch = SyntheticDataset.of(SyntheticDataset.Kind.NOISE, model, Optional.empty(), 2).batch(0, 2);
    Tensor x = Objects.requireNonNull(batch.inputs().get(input));
    Random random = new Random(41);
    try (FloatRuntime runtime = FloatRuntime.unfused(model, taps)) {
      Map<String, Tensor> values = new HashMap<>(runtime.run(batch.inputs(), 2));
      values.put(input, x);
      float[] weighting = gaussian(random, Math.toIntExact(Objects.requireNonNull(values.get(output)).shape().elements()));
      float[] slope = Objects.requireNonNull(new Backward(model.graph()).run(values, Map.of(output, weighting)).get(input));
      double error = 0;
      double size = 0;
      for (int draw = 0; draw < 16; draw++) {
        float[] direction = gaussian(random, slope.length);
        double expected = 0;
        for (int i = 0; i < slope.length; i++) {
          expected += (double) slope[i] * direction[i];
        }
        double above = loss(runtime, input, output, x, direction, STEP, weighting);
        double below = loss(runtime, input, output, x, direction, -STEP, weighting);
        error += Math.pow((above - below) / (2 * STEP) - expected, 2);
        size += expected * expected;
      }
      assertThat(Math.sqrt(error / size)).isLessThan(0.03);
    }
  }

  private static double loss(
      FloatRuntime runtime, String input, String output, Tensor x, float[] direction, double step, float[] weighting) {
    float[] moved = x.floats();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (step * direction[i]);
    }
    float[] y = Objects.requireNonNull(runtime.run(Map.of(input, Tensor.ofFloats(x.shape(), moved)), 2).get(output)).floats();
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += (double) y[i] * weighting[i];
    }
    return sum;
  }

  private static float[] gaussian(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void whatCannotBeDistilledIsSaid() {
    assertThatThrownBy(() -> new Distillation(Lab.sample("lenet-5")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Nothing can be distilled from lenet-5.onnx: it has no BatchNormalization left.");
  }

  @Test
  void whatCannotBeGeneratedIsSaid() {
    assertThatThrownBy(() -> new ImageGenerator(Lab.sample("lenet-5")))
        .hasMessage("Nothing can be generated for lenet-5.onnx: it has no BatchNormalization left.");
    assertThatThrownBy(
            () -> new ImageGenerator(Lab.model(new TestGraph(17).input("x", -1, 4).node("Relu", "x", "y").output("y").build())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is no classifier of pictures");
  }

  /** techniques.md: the loss falls tenfold, and ranges of distilled images are nearer to those of real data than those of noise. */
  @Test
  @Tag("real")
  void distilledImagesAreNearerToRealDataThanNoise() {
    Model model = Lab.sample("mobilenetv2-mini");
    Distillation.Distilled distilled = new Distillation(model).run(Optional.empty(), 8, 60, Progress.NONE);
    assertThat(distilled.lossAfter()).isLessThan(distilled.lossBefore() / 10);
    Map<String, Double> real = peaks(model, MethodLab.samples(model), 32);
    Map<String, Double> made = peaks(model, distilled.images(), 8);
    Map<String, Double> noise = peaks(model, SyntheticDataset.of(SyntheticDataset.Kind.NOISE, model, Optional.empty(), 32), 32);
    assertThat(distance(real, made)).isLessThan(distance(real, noise));
  }

  /** GDFQ: the network sees the class in more than 95 % of the images that the generator made for it. */
  @Test
  @Tag("real")
  void generatedImagesAreSeenAsTheirClasses() {
    Model model = Lab.sample("mobilenetv2-mini");
    ImageGenerator.Generated generated = new ImageGenerator(model).run(Optional.empty(), 100, 60, Progress.NONE);
    assertThat(generated.recognized()).isGreaterThan(0.95);
    Map<String, Double> real = peaks(model, MethodLab.samples(model), 32);
    Map<String, Double> made = peaks(model, generated.images(), 32);
    Map<String, Double> noise = peaks(model, SyntheticDataset.of(SyntheticDataset.Kind.NOISE, model, Optional.empty(), 32), 32);
    assertThat(distance(real, made)).isLessThan(distance(real, noise));
  }

  private static Map<String, Double> peaks(Model model, Dataset samples, int count) {
    List<String> outputs = model.layers().stream().map(layer -> layer.output()).toList();
    try (FloatRuntime runtime = FloatRuntime.unfused(model, Set.copyOf(outputs))) {
      Batch batch = samples.batch(0, count);
      Map<String, Double> peaks = new HashMap<>();
      runtime
          .run(batch.inputs(), count)
          .forEach(
              (tensor, value) -> {
                double peak = 0;
                for (float v : value.floats()) {
                  peak = Math.max(peak, Math.abs(v));
                }
                peaks.put(tensor, peak);
              });
      return peaks;
    }
  }

  /** Mean distance of the logarithms of ranges. */
  private static double distance(Map<String, Double> a, Map<String, Double> b) {
    return a.keySet().stream()
        .mapToDouble(tensor -> Math.abs(Math.log(Objects.requireNonNull(a.get(tensor)) / Objects.requireNonNull(b.get(tensor)))))
        .average()
        .orElseThrow();
  }
}
