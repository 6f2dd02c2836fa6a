package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.RecipeText;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.calibrate.Gaussian;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes on the sample models. */
class RecipeTest {

  /** Transforms that keep the float function do so to 1e-5 of its largest answer. */
  @ParameterizedTest
  @CsvSource({
    "resnet-14, equalization",
    "lenet-300-100, equalization",
    "vgg-mini, equalization",
    "mobilenetv2-mini, equalization:relu6=keep",
    "mobilenetv2-mini, equalization:relu6=cap",
    "mobilenetv2-mini, equalization:relu6=cap:strength=0.5",
    "vit-tiny, smoothquant",
    "vit-tiny, rotation",
    "vit-tiny, outlier-decomposition:threshold=3",
    "lenet-300-100, outlier-splitting:ratio=0.05",
    "mobilenetv2-mini, rotation",
    "mobilenetv2-mini, outlier-splitting",
    "vit-tiny, awq",
    "lenet-300-100, smoothquant:alpha=0.3",
    "lenet-300-100, awq",
  })
  void theFloatFunctionStays(String name, String recipe) {
    Model model = Lab.sample(name);
    Subject subject = MethodLab.apply(model, MethodLab.weights(4, Granularity.TENSOR), recipe);
    float[] before = MethodLab.answers(model);
    float[] after = MethodLab.answers(subject.reference());
    double largest = 0;
    for (float value : before) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(MethodLab.greatestDifference(before, after)).isLessThan(1e-5 * largest + 1e-5);
    assertThat(subject.model().graph()).isEqualTo(subject.reference().graph());
  }

  /** The halves of a split weight lie in blocks with scales of their own, and still add up to it. */
  @Test
  void theFloatFunctionStaysWhenBlocksAreSplit() {
    Model model = Lab.sample("lenet-300-100");
    Subject subject = MethodLab.apply(model, MethodLab.weights(4, new Granularity.PerBlock(32)), "outlier-splitting:ratio=0.05");
    assertThat(subject.effects()).isNotEmpty();
    float[] before = MethodLab.answers(model);
    assertThat(MethodLab.greatestDifference(before, MethodLab.answers(subject.reference()))).isLessThan(1e-3);
  }

  /** Half of the strength is the root of every factor: weights are as far from the equalized ones as from those of the file. */
  @Test
  void strengthIsTheShareOfEveryFactor() {
    Model model = Lab.sample("lenet-300-100");
    float[] none = model.weights(model.layers().getFirst()).floats();
    float[] half = equalized(model, "equalization:strength=0.5");
    float[] whole = equalized(model, "equalization");
    for (int i = 0; i < none.length; i++) {
      assertThat((double) half[i] * half[i]).isCloseTo((double) none[i] * whole[i], within(1e-5 * half[i] * half[i] + 1e-12));
    }
  }

  private static float[] equalized(Model model, String recipe) {
    Subject subject = MethodLab.apply(model, MethodLab.weights(8, Granularity.TENSOR), recipe);
    return subject.model().weights(subject.model().layers().getFirst()).floats();
  }

  /** Over a whole network both ranges of every pair meet. */
  @Test
  void equalizedRangesAreEqual() {
    Model model = Lab.sample("lenet-300-100");
    Subject subject = MethodLab.apply(model, MethodLab.weights(8, Granularity.TENSOR), "equalization");
    for (ScalePair pair : ScalePair.find(subject.model().graph(), subject.layers())) {
      double[] first = ranges(subject.model(), pair, true);
      double[] second = ranges(subject.model(), pair, false);
      for (int c = 0; c < first.length; c++) {
        if (first[c] > 0 && second[c] > 0) {
          assertThat(first[c] / second[c]).isCloseTo(1, within(2e-3));
        }
      }
    }
    assertThat(ScalePair.find(model.graph(), subject.layers())).hasSize(2);
  }

  private static double[] ranges(Model model, ScalePair pair, boolean outputs) {
    WeightLayout layout = WeightLayout.of(outputs ? pair.first() : pair.second());
    float[] weights = model.weights(outputs ? pair.first() : pair.second()).floats();
    double[] ranges = new double[WeightLayout.of(pair.first()).outputs()];
    for (int o = 0; o < layout.outputs(); o++) {
      for (int k = 0; k < layout.columns(); k++) {
        int channel = outputs ? o : pair.channel(layout.input(o, k));
        ranges[channel] = Math.max(ranges[channel], Math.abs(weights[layout.index(o, k)]));
      }
    }
    return ranges;
  }

  /** techniques.md: r1 = 8 and r2 = .5 give s = 4, and both are 2 afterwards. */
  @Test
  void factorsMakeRangesMeet() {
    double s = Equalization.factors(new double[] {8}, new double[] {.5})[0];
    assertThat(s).isCloseTo(4, within(1e-12));
    assertThat(8 / s).isCloseTo(2, within(1e-12));
    assertThat(.5 * s).isCloseTo(2, within(1e-12));
  }

  @Test
  void equalizationRescuesWeightsPerTensorWithoutData() {
    Model model = Lab.sample("mobilenetv2-mini");
    var config = MethodLab.weights(6, Granularity.TENSOR);
    float[] exact = MethodLab.answers(model);
    double plain = MethodLab.relativeError(exact, MethodLab.answers(MethodLab.quantized(MethodLab.subject(model, config))));
    Subject equalized =
        Recipe.apply(Subject.of(model, config.withRecipe(RecipeText.parse("equalization,bias-absorption")), Optional.empty()),
            Progress.NONE);
    double error = MethodLab.relativeError(exact, MethodLab.answers(MethodLab.quantized(equalized)));
    assertThat(error).isLessThan(plain / 20);
    assertThat(equalized.effects()).isNotEmpty().anySatisfy(effect -> assertThat(effect.after()).isLessThan(effect.before() / 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adaround:iterations=200", "gptq", "bias-correction:statistics=data", "equalization,gptq,bias-correction"})
  void fourBitsComeOutBetterThanRoundedToNearest(String recipe) {
    Model model = Lab.sample("mobilenetv2-mini");
    var config = MethodLab.weights(4, Granularity.CHANNEL);
    float[] exact = MethodLab.answers(model);
    double nearest = MethodLab.relativeError(exact, MethodLab.answers(MethodLab.quantized(MethodLab.subject(model, config))));
    Subject subject = MethodLab.apply(model, config, recipe);
    double error = MethodLab.relativeError(exact, MethodLab.answers(MethodLab.quantized(subject)));
    assertThat(error).as(recipe).isLessThan(nearest);
  }

  /** Rounded weights lie on the grid that the configuration has settled: quantizing them again changes nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"adaround:iterations=20", "gptq"})
  void roundedWeightsAreCodes(String recipe) {
    Model model = Lab.sample("mobilenetv2-mini");
    Subject subject = MethodLab.apply(model, MethodLab.weights(3, Granularity.CHANNEL), recipe);
    assertThat(subject.layers()).isNotEmpty();
    subject
        .layers()
        .forEach(layer -> assertThat(Rounding.of(subject, layer).orElseThrow().nearest())
            .containsExactly(subject.model().weights(layer).floats()));
    assertThat(subject.reference().graph()).isEqualTo(model.graph());
  }

  /** techniques.md: (β, γ) = (0, 1), (1, 1), (-1, 1); f(β) - f(-β) = β. */
  @Test
  void meansOfARectifiedNormal() {
    assertThat(RectifiedNormal.mean(0, 1)).isCloseTo(0.398942, within(1e-6));
    assertThat(RectifiedNormal.mean(1, 1)).isCloseTo(1.083315, within(1e-6));
    assertThat(RectifiedNormal.mean(-1, 1)).isCloseTo(0.083315, within(1e-6));
    for (double beta : new double[] {0.2, 1.7, 6, 20}) {
      assertThat(RectifiedNormal.mean(beta, 1.3) - RectifiedNormal.mean(-beta, 1.3)).isCloseTo(beta, within(1e-12));
    }
    double[] sampled = new java.util.Random(2).doubles(400_000).map(u -> 0).toArray();
    java.util.Random random = new java.util.Random(2);
    Arrays.setAll(sampled, _ -> Math.clamp(2 + 3 * random.nextGaussian(), 0, 6));
    double mean = Arrays.stream(sampled).average().orElseThrow();
    double square = Arrays.stream(sampled).map(x -> x * x).average().orElseThrow();
    assertThat(RectifiedNormal.clippedMean(2, 3, 6)).isCloseTo(mean, within(0.02));
    assertThat(RectifiedNormal.clippedMeanSquare(2, 3, 6)).isCloseTo(square, within(0.1));
  }

  /** techniques.md: with α = .5 both peaks become the root of their product. */
  @Test
  void smoothQuantBalancesPeaks() {
    double[] s = SmoothQuant.factors(new double[] {16, 0.25, 0}, new double[] {0.25, 4, 1}, 0.5);
    assertThat(16 / s[0]).isCloseTo(0.25 * s[0], within(1e-12));
    assertThat(16 / s[0]).isCloseTo(2, within(1e-12));
    assertThat(0.25 / s[1]).isCloseTo(1, within(1e-12));
    assertThat(s[2]).isEqualTo(1);
  }

  @Test
  void awqWithoutExponentIsRoundingToNearest() {
    assertThat(Awq.factors(new double[] {3, 0.1, 0}, 0)).containsOnly(1.0);
    double[] half = Awq.factors(new double[] {4, 1}, 0.5);
    assertThat(half[0] * half[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void absorbsWhatIsAlwaysThere() {
    ChannelMoments moments = new ChannelMoments(new double[] {5, 1, -2}, new double[] {1, 1, 1});
    assertThat(BiasAbsorption.absorbed(moments)).containsExactly(2, 0, 0);
    assertThat(1 - Gaussian.tail(3)).as("mass of a normal density above β - 3γ").isCloseTo(0.99865, within(5e-6));
  }

  /** techniques.md: exact for channels that are always at least c. */
  @Test
  void absorptionIsExactAboveWhatIsAbsorbed() {
    Model model =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, 4).random("w1", 4, 3).floats("b1", new int[] {3}, 9, 8, 7).node("Gemm", "x,w1,b1", "h")
                .node("Relu", "h", "r").random("w2", 3, 2).floats("b2", new int[] {2}, 0.1f, 0.2f).node("Gemm", "r,w2,b2", "y")
                .output("y").build());
    Map<String, Tensor> samples = Map.of("x", TestGraph.randomTensor(3, 64, 4));
    double[] least = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    float[] before;
    try (FloatRuntime runtime = FloatRuntime.unfused(model, Set.of("h", "y"))) {
      Map<String, Tensor> values = runtime.run(samples, 64);
      float[] h = Objects.requireNonNull(values.get("h")).floats();
      for (int i = 0; i < h.length; i++) {
        least[i % 3] = Math.min(least[i % 3], h[i]);
      }
      before = Objects.requireNonNull(values.get("y")).floats();
    }
    assertThat(Arrays.stream(least).min().orElseThrow()).isPositive();
    ChannelMoments known = new ChannelMoments(Arrays.stream(least).map(value -> value + 3).toArray(), new double[] {1, 1, 1});
    Subject subject = Subject.of(model, MethodLab.weights(8, Granularity.TENSOR), Optional.empty());
    Subject absorbed =
        new BiasAbsorption().apply(subject.withOutputs(Map.of("h", known)), new Settings("bias-absorption", Map.of()), Progress.NONE);
    assertThat(absorbed.effects()).hasSize(1).allSatisfy(effect -> assertThat(effect.after()).isLessThan(effect.before()));
    try (FloatRuntime runtime = new FloatRuntime(absorbed.model(), Set.of())) {
      float[] after = Objects.requireNonNull(runtime.run(samples, 64).get("y")).floats();
      assertThat(MethodLab.greatestDifference(before, after)).isLessThan(1e-4);
    }
  }

  /** techniques.md: the error of the channels' means goes to 0. */
  @Test
  void correctedBiasesLeaveNoErrorOfTheMeans() {
    Subject subject =
        MethodLab.apply(
            Lab.sample("mobilenetv2-mini"), MethodLab.weights(4, Granularity.CHANNEL), "bias-correction:statistics=data:samples=16");
    assertThat(subject.effects()).hasSize(subject.layers().size()).allSatisfy(
        effect -> {
          assertThat(effect.before()).isGreaterThan(1e-3);
          assertThat(effect.after()).isLessThan(1e-3 * effect.before() + 1e-4);
        });
  }

  /** techniques.md: α = 0 is among the exponents, so that the loss is at most that of rounding to nearest. */
  @Test
  void awqIsNeverWorseThanRoundingToNearest() {
    Subject subject = MethodLab.apply(Lab.sample("vit-tiny"), MethodLab.weights(3, Granularity.CHANNEL), "awq:samples=8");
    assertThat(subject.effects()).isNotEmpty().allSatisfy(effect -> assertThat(effect.after()).isLessThanOrEqualTo(effect.before()));
    assertThat(subject.effects()).anySatisfy(effect -> assertThat(effect.after()).isLessThan(effect.before()));
  }

  @Test
  void refusesWhatCannotBe() {
    Model model = Lab.sample("lenet-300-100");
    var config = MethodLab.weights(4, Granularity.CHANNEL);
    assertThatThrownBy(() -> MethodLab.apply(model, config, "adafruit"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("There is no method 'adafruit'; use equalization,");
    assertThatThrownBy(() -> MethodLab.apply(model, config, "gptq:speed=3"))
        .hasMessage("The method gptq has no setting 'speed'; it has damping, order, samples.");
    assertThatThrownBy(() -> MethodLab.apply(model, config, "gptq:damping=much"))
        .hasMessage("The setting 'damping' of the method gptq must be a number from 0 to 10, not 'much'.");
    assertThatThrownBy(() -> MethodLab.apply(model, config, "gptq,equalization"))
        .hasMessageStartingWith("The method equalization changes weights that an earlier step of the recipe has rounded");
    assertThatThrownBy(() -> Recipe.apply(Subject.of(model, config.withRecipe(RecipeText.parse("gptq")), Optional.empty()), Progress.NONE))
        .hasMessage("The method gptq needs calibration samples; say --data.");
    assertThatThrownBy(() -> RecipeText.parse("gptq:,")).isInstanceOf(InvalidInputException.class);
    assertThat(RecipeText.format(RecipeText.parse(" equalization, adaround:iterations=5:rate=0.1 ")))
        .isEqualTo("equalization,adaround:iterations=5:rate=0.1");
  }

  @Test
  void stopsWhenCancelled() {
    Model model = Lab.sample("lenet-300-100");
    Progress cancelled =
        new Progress() {
          @Override
          public void report(long done, long total) {}

          @Override
          public boolean isCancelled() {
            return true;
          }
        };
    Subject subject = MethodLab.subject(model, MethodLab.weights(4, Granularity.CHANNEL).withRecipe(RecipeText.parse("gptq")));
    assertThatThrownBy(() -> Recipe.apply(subject, cancelled)).isInstanceOf(java.util.concurrent.CancellationException.class);
  }
}
