package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RecipeText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.ModelRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.SimulatedRuntime;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.format.FloatZero;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transforms of weights and graphs: the identities that each rests on. */
class TransformsTest {

  @Test
  void theHadamardTransformIsItsOwnInverse() {
    Random random = new Random(7);
    double[] x = random.doubles(96, -1, 1).toArray();
    double[] y = x.clone();
    for (int from = 0; from < 96; from += 32) {
      Rotation.hadamard(y, from, 32);
    }
    double norm = Arrays.stream(y).map(v -> v * v).sum();
    assertThat(norm).isCloseTo(Arrays.stream(x).map(v -> v * v).sum(), within(1e-12));
    for (int from = 0; from < 96; from += 32) {
      Rotation.hadamard(y, from, 32);
    }
    assertThat(y).containsExactly(x, within(1e-14));
  }

  /** techniques.md: the kurtosis of X R falls. */
  @Test
  void rotationSpreadsOutliers() {
    Subject subject = MethodLab.apply(Lab.sample("vit-tiny"), MethodLab.weights(8, Granularity.TENSOR), "rotation");
    assertThat(subject.effects()).isNotEmpty().allMatch(effect -> effect.quantity() == Effect.Quantity.KURTOSIS);
    double before = subject.effects().stream().mapToDouble(Effect::before).average().orElseThrow();
    double after = subject.effects().stream().mapToDouble(Effect::after).average().orElseThrow();
    assertThat(after).isLessThan(before);
  }

  /** techniques.md: Q((w - ½)/2) + Q((w + ½)/2) = Q(w) exactly when halves round up. */
  @Test
  void halvesOfAnOutlierAddUp() {
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      float weight = (random.nextInt(1 << 16) - (1 << 15)) / 256f;
      double sum = Math.floor(OutlierSplitting.half(weight, 1, -1) + 0.5) + Math.floor(OutlierSplitting.half(weight, 1, 1) + 0.5);
      assertThat(sum).isEqualTo(Math.floor(weight + 0.5));
    }
  }

  @Test
  void splittingShrinksTheRange() {
    Model model = Lab.sample("mobilenetv2-mini");
    Subject subject = MethodLab.apply(model, MethodLab.weights(5, Granularity.TENSOR), "outlier-splitting:ratio=0.1");
    assertThat(subject.effects()).isNotEmpty().allSatisfy(effect -> assertThat(effect.after()).isLessThanOrEqualTo(effect.before()));
    assertThat(subject.effects()).anySatisfy(effect -> assertThat(effect.after()).isLessThan(0.7 * effect.before()));
    assertThat(subject.model().parameters()).isGreaterThan(model.parameters());
  }

  /** LLM.int8: what stays in integers is within the threshold; the sum of both parts is {@link RecipeTest}'s. */
  @Test
  void outliersAreMultipliedInFloat() {
    Model model = Lab.sample("vit-tiny");
    Subject subject = MethodLab.apply(model, MethodLab.weights(8, Granularity.TENSOR), "outlier-decomposition:threshold=3");
    assertThat(subject.effects()).isNotEmpty().allSatisfy(
        effect -> {
          assertThat(effect.before()).isGreaterThan(3);
          assertThat(effect.after()).isLessThanOrEqualTo(3);
        });
    assertThat(subject.model().layers()).hasSizeGreaterThan(model.layers().size());
    assertThat(MethodLab.apply(model, MethodLab.weights(8, Granularity.TENSOR), "outlier-decomposition:threshold=1e9").model().graph())
        .isEqualTo(model.graph());
  }

  /** Scales found from the values at hand follow a batch that is not like the calibration samples; static ones clip it. */
  @Test
  void dynamicScalesFollowAShiftedBatch() {
    int tokens = 32;
    int width = 64;
    Model model =
        Lab.model(new TestGraph(17).input("x", -1, tokens, width).random("w", width, 8).node("MatMul", "x,w", "y").output("y").build());
    float[] values = TestGraph.randomTensor(11, 1, tokens, width).floats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1 + i / width / 2f;
    }
    Map<String, Tensor> shifted = Map.of("x", Tensor.ofFloats(Shape.of(1, tokens, width), values));
    float[] exact = answers(new FloatRuntime(model, Set.of()), shifted);
    double still = MethodLab.relativeError(exact, answers(simulated(model, six(new RangeMethod.MinMax())), shifted));
    double dynamic = MethodLab.relativeError(exact, answers(simulated(model, six(new RangeMethod.Dynamic())), shifted));
    Model rows = perToken(model, six(new RangeMethod.MinMax()));
    double token = MethodLab.relativeError(exact, answers(new FloatRuntime(rows, Set.of()), shifted));
    assertThat(dynamic).isLessThan(still / 10);
    assertThat(token).isLessThan(dynamic / 2).isGreaterThan(0);
  }

  /** Weights of 8 bits, x of 6 bits, y in float. */
  private static QuantConfig six(RangeMethod range) {
    return QuantConfig.uniform(
            Lab.weights(8, Granularity.CHANNEL), new TensorChoice.Quantized(IntegerFormat.activations(6), Granularity.TENSOR, range))
        .with("y", TensorChoice.FLOAT);
  }

  private static ModelRuntime simulated(Model model, QuantConfig config) {
    return new SimulatedRuntime(Lab.lower(model, config));
  }

  private static Model perToken(Model model, QuantConfig config) {
    return Recipe.apply(Subject.of(model, config.withRecipe(RecipeText.parse("per-token")), Optional.empty()), Progress.NONE).model();
  }

  private static float[] answers(ModelRuntime runtime, Map<String, Tensor> inputs) {
    try (runtime) {
      return Objects.requireNonNull(runtime.run(inputs, 1).get("y")).floats();
    }
  }

  private static float peak(float[] values) {
    float peak = 0;
    for (float value : values) {
      peak = Math.max(peak, Math.abs(value));
    }
    return peak;
  }

  /**
   * 3 bits are -3 to 3: S is 1/3 for a token of at most 1 and 100/3 for one of at most 100, whatever stands beside it; asymmetric
   * codes are -2 to 5 for a token from -0.3 to 1, and -4 to 3 for one from -100 to 60.
   */
  @Test
  void tokensHaveScalesOfTheirOwn() {
    Model model =
        Lab.model(
            new TestGraph(17).input("x", -1, 2, 3).floats("w", new int[] {3, 3}, 1, 0, 0, 0, 1, 0, 0, 0, 1).node("MatMul", "x,w", "y")
                .output("y").build());
    TensorChoice symmetric = new TensorChoice.Quantized(IntegerFormat.weights(3), Granularity.TENSOR, new RangeMethod.MinMax());
    QuantConfig config = QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), symmetric);
    Tensor tokens = Tensor.ofFloats(Shape.of(1, 2, 3), 1, 0.4f, -0.3f, -100, 40, 60);
    float third = 1 / 3f;
    assertThat(answers(new FloatRuntime(perToken(model, config), Set.of()), Map.of("x", tokens)))
        .containsExactly(new float[] {1, third, -third, -100, 100 * third, 200 * third}, within(1e-5f));
    float first = 1.3f / 7;
    float second = 160f / 7;
    QuantConfig asymmetric = QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.activations(3));
    assertThat(answers(new FloatRuntime(perToken(model, asymmetric), Set.of()), Map.of("x", tokens)))
        .containsExactly(new float[] {5 * first, 2 * first, -2 * first, -4 * second, 2 * second, 3 * second}, within(1e-4f));
  }

  @Test
  void tokensOfATransformerAreQuantizedInTheGraphAlone() {
    Model model = Lab.sample("vit-tiny");
    QuantConfig config = MethodLab.weights(8, Granularity.CHANNEL).withDefaults(TensorChoice.FLOAT, Lab.activations(6));
    Subject subject = MethodLab.apply(model, config, "per-token");
    assertThat(subject.reference().graph()).isEqualTo(model.graph());
    assertThat(subject.effects()).hasSizeGreaterThan(4).allSatisfy(effect -> assertThat(effect.after()).isGreaterThanOrEqualTo(1));
    assertThat(subject.effects()).anySatisfy(effect -> assertThat(effect.after()).isGreaterThan(1));
  }

  /** What a rounding method sees of the inputs are those of the float model, before or after their tokens are quantized. */
  @Test
  void tokensAreQuantizedBeforeOrAfterRounding() {
    Model model = Lab.sample("lenet-300-100");
    QuantConfig config = QuantConfig.uniform(Lab.weights(3, Granularity.CHANNEL), Lab.activations(8));
    Subject first = MethodLab.apply(model, config, "per-token,gptq:samples=16,bias-correction:statistics=data:samples=8");
    Subject last = MethodLab.apply(model, config, "gptq:samples=16,per-token,bias-correction:statistics=data:samples=8");
    assertThat(first.model().graph()).isEqualTo(last.model().graph()).isNotEqualTo(model.graph());
    assertThat(first.effects()).hasSize(3 * model.layers().size());
    for (String recipe : List.of("per-token,outlier-splitting", "per-token,outlier-decomposition", "per-token,equalization")) {
      assertThatThrownBy(() -> MethodLab.apply(model, config, recipe))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("an earlier step of the recipe quantizes tokens");
    }
  }

  /** What is within the threshold keeps the choice of the input; the input stays in codes while another product reads them. */
  @Test
  void channelsWithinKeepTheChoiceOfTheInput() {
    Model model = Lab.sample("vit-tiny");
    String recipe = "outlier-decomposition:samples=16:threshold=2";
    QuantConfig weights = MethodLab.weights(8, Granularity.TENSOR);
    List<String> split = MethodLab.apply(model, weights, recipe).effects().stream().map(Effect::layer).toList();
    Layer layer =
        model.layers().stream().filter(it -> split.contains(it.name()) && readers(model, it.input()) > 1).findFirst().orElseThrow();
    TensorChoice five = Lab.activations(5);
    QuantConfig config = weights.with(layer.input(), five);
    Subject all = MethodLab.apply(model, config, recipe);
    assertThat(masked(all, layer)).isEqualTo(five);
    assertThat(all.config().activationChoice(layer.input())).isEqualTo(TensorChoice.FLOAT);
    Subject one = MethodLab.apply(model, config, recipe + ":layers=" + layer.name());
    assertThat(masked(one, layer)).isEqualTo(five);
    assertThat(one.config().activationChoice(layer.input())).isEqualTo(five);
  }

  private static long readers(Model model, String tensor) {
    return model.layers().stream().filter(layer -> layer.input().equals(tensor) && layer.kind() == LayerKind.MATMUL).count();
  }

  private static TensorChoice masked(Subject subject, Layer layer) {
    Layer within = subject.model().layers().stream().filter(it -> it.weight().equals(layer.weight())).findFirst().orElseThrow();
    assertThat(within.input()).isNotEqualTo(layer.input());
    return subject.config().activationChoice(within.input());
  }

  /** W E[x] is the same before and after: the moments that bias correction reads turn with the channels. */
  @Test
  void rotationTurnsTheMomentsThatBatchNormalizationTells() {
    Model model = Lab.sample("mobilenetv2-mini");
    Subject before = Subject.of(model, MethodLab.weights(8, Granularity.CHANNEL), Optional.empty());
    Subject after = new Rotation().apply(before, new Settings("rotation", Map.of()), Progress.NONE);
    ExpectedInputs exact = new ExpectedInputs(before.reference().graph(), before.outputs());
    ExpectedInputs turned = new ExpectedInputs(after.reference().graph(), after.outputs());
    int told = 0;
    for (LinearRegion region : LinearRegion.find(before)) {
      for (Layer reader : region.readers()) {
        Optional<ChannelMoments> mean = exact.of(reader.input());
        if (mean.isPresent()) {
          told++;
          WeightLayout layout = WeightLayout.of(reader);
          for (int o = 0; o < layout.outputs(); o++) {
            double expected = product(layout, before.model().weights(reader).floats(), o, mean.get().mean());
            double found = product(layout, after.model().weights(reader).floats(), o, turned.of(reader.input()).orElseThrow().mean());
            assertThat(found).isCloseTo(expected, within(1e-4));
          }
        }
      }
    }
    assertThat(told).isPositive();
  }

  private static double product(WeightLayout layout, float[] weights, int output, double[] mean) {
    double sum = 0;
    for (int k = 0; k < layout.columns(); k++) {
      sum += weights[layout.index(output, k)] * mean[layout.input(output, k)];
    }
    return sum;
  }

  /** techniques.md: E = x, variance f (1 - f); ten updates of .1 are 1 on average, where rounding to nearest stays at 0. */
  @Test
  void stochasticRoundingIsRightOnAverage() {
    SplittableRandom random = new SplittableRandom(9);
    int draws = 200_000;
    for (double x : new double[] {0.1, 0.5, 2.75, -1.3}) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < draws; i++) {
        long value = StochasticRounding.round(x, random);
        sum += value;
        squares += (value - x) * (value - x);
      }
      double fraction = x - Math.floor(x);
      assertThat(sum / draws).isCloseTo(x, within(5e-3));
      assertThat(squares / draws).isCloseTo(fraction * (1 - fraction), within(5e-3));
    }
    double total = 0;
    for (int run = 0; run < draws / 10; run++) {
      long weight = 0;
      for (int update = 0; update < 10; update++) {
        weight = StochasticRounding.round(weight + 0.1, random);
      }
      total += weight;
    }
    assertThat(total / (draws / 10)).isCloseTo(1, within(0.03));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stochastic-rounding:seed=4", "adaquant:iterations=20:samples=16"})
  void roundedWeightsAreOnTheGridThatIsSettled(String recipe) {
    Model model = Lab.sample("mobilenetv2-mini");
    Subject subject = MethodLab.apply(model, MethodLab.weights(4, Granularity.CHANNEL), recipe);
    assertThat(subject.effects()).hasSize(subject.layers().size());
    for (Layer layer : subject.layers()) {
      float[] nearest = Rounding.of(subject, layer).orElseThrow().nearest();
      assertThat(MethodLab.greatestDifference(nearest, subject.model().weights(layer).floats())).isZero();
    }
    if (!recipe.startsWith("stochastic")) {
      assertThat(subject.effects()).allSatisfy(effect -> assertThat(effect.after()).isLessThanOrEqualTo(effect.before()));
      assertThat(subject.effects()).anySatisfy(effect -> assertThat(effect.after()).isLessThan(effect.before()));
    }
  }

  /** The range method of least output error, and rounding still to be done on its grid. */
  @Test
  void rangesAreChosenByOutputError() {
    Model model = Lab.sample("mobilenetv2-mini");
    Subject subject = MethodLab.apply(model, MethodLab.weights(4, Granularity.CHANNEL), "auto-range:samples=16,gptq:samples=16");
    List<Effect> chosen = subject.effects().stream().filter(effect -> effect.method().equals("auto-range")).toList();
    assertThat(chosen).isNotEmpty().allSatisfy(effect -> assertThat(effect.after()).isLessThanOrEqualTo(effect.before()));
    assertThat(chosen).anySatisfy(effect -> assertThat(effect.after()).isLessThan(0.8 * effect.before()));
    assertThat(subject.effects()).hasSize(2 * chosen.size());
  }

  /** HQQ and the correction of mean and variance change formats, and need no data. */
  @ParameterizedTest
  @ValueSource(strings = {"hqq:block=32", "weight-correction"})
  void formatsWithARealZero(String recipe) {
    Model model = Lab.sample("lenet-300-100");
    Subject subject =
        Recipe.apply(
            Subject.of(
                model,
                MethodLab.weights(3, Granularity.CHANNEL).withRecipe(RecipeText.parse(recipe)),
                Optional.empty()),
            Progress.NONE);
    for (Layer layer : subject.layers()) {
      TensorChoice choice = subject.config().weightChoice(layer.weight().orElseThrow());
      assertThat(choice).isInstanceOf(TensorChoice.Coded.class);
      assertThat(((TensorChoice.Coded) choice).format()).isInstanceOf(FloatZero.class);
    }
    assertThat(subject.effects()).allSatisfy(effect -> assertThat(effect.after()).isLessThan(effect.before()));
  }

  /** A channel without weights whose reader has the greatest weights of its layer: nothing is lost, and the range is free. */
  @Test
  void constantChannelsDoNotSetTheScale() {
    Model model = Lab.sample("lenet-300-100");
    Layer first = model.layers().getFirst();
    Layer second = model.layers().get(1);
    float[] w1 = model.weights(first).floats();
    float[] w2 = model.weights(second).floats();
    float[] b1 = model.graph().constant(first.bias().orElseThrow()).floats();
    WeightLayout layout = WeightLayout.of(first);
    WeightLayout reader = WeightLayout.of(second);
    b1[5] = 0.3f;
    for (int k = 0; k < layout.columns(); k++) {
      w1[layout.index(5, k)] = 0;
    }
    w2[reader.index(7, 5)] = 100;
    Subject start = MethodLab.subject(model, MethodLab.weights(8, Granularity.TENSOR));
    Subject planted =
        start.withConstants(
            Map.of(
                first.weight().orElseThrow(), Tensor.ofFloats(first.weightShape(), w1),
                second.weight().orElseThrow(), Tensor.ofFloats(second.weightShape(), w2),
                first.bias().orElseThrow(), Tensor.ofFloats(model.graph().constant(first.bias().orElseThrow()).shape(), b1)));
    Subject equalized = new Equalization().apply(planted, new Settings("equalization", Map.of()), Progress.NONE);
    float[] before = MethodLab.answers(planted.reference());
    float[] after = MethodLab.answers(equalized.reference());
    assertThat(MethodLab.greatestDifference(before, after)).isLessThan(1e-5 * peak(before) + 1e-5);
    assertThat(peak(equalized.model().weights(second).floats())).isLessThan(10);
    assertThat(Equalization.factors(new double[] {8, 0, 2, 3}, new double[] {.5, 50, 8, 0}))
        .containsExactly(new double[] {4, 4 / 50.0, 0.5, 0.75}, within(1e-12));
  }

  /** Reconstruction is never worse than rounding to nearest, and finds the optimum where AdaRound's worked example has it. */
  @Test
  void reconstructionFindsWhatRoundingCannot() {
    Model model = Lab.sample("lenet-5");
    Layer layer = model.layers().getLast();
    QuantParams params =
        new QuantParams(IntegerFormat.weights(3), Granularity.TENSOR, layer.outputChannelAxis(), List.of(new Affine(0.1f, 0)));
    Rounding rounding = new Rounding(layer, WeightLayout.of(layer), params, model.weights(layer).floats());
    int n = rounding.layout().columns();
    double[] gram = new double[n * n];
    Arrays.fill(gram, 1);
    for (int i = 0; i < n; i++) {
      gram[i * n + i] += 0.1;
    }
    SecondMoments inputs = new SecondMoments(n, new double[][] {gram});
    LayerRounding.Rounded settled =
        new AdaQuant().settle(rounding, inputs, new Settings("adaquant", Map.of("iterations", "100")), Progress.NONE);
    double nearest = inputs.relativeError(rounding.layout(), rounding.weights(), rounding.nearest());
    assertThat(inputs.relativeError(rounding.layout(), rounding.weights(), settled.weights())).isLessThan(nearest / 2);
  }

  /** A step for some layers leaves the others alone; one for none says so. */
  @Test
  void stepsCanBeForSomeLayers() {
    Model model = Lab.sample("lenet-300-100");
    String name = model.layers().get(1).name();
    var config = MethodLab.weights(4, Granularity.CHANNEL);
    Subject subject = MethodLab.apply(model, config, "stochastic-rounding:layers=" + name);
    assertThat(subject.effects()).extracting(Effect::layer).containsExactly(name);
    assertThat(subject.scope()).isEmpty();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> MethodLab.apply(model, config, "gptq:layers=nothing*"))
        .hasMessage("The method gptq has no layer to change: none is named 'nothing*'.");
  }
}
