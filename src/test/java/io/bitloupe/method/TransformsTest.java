package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.format.FloatZero;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
    Random random = new Random(11);
    int tokens = 32;
    int width = 64;
    float[] seen = new float[tokens * width];
    float[] shifted = new float[seen.length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = (float) random.nextGaussian();
      shifted[i] = (float) ((3 + i / width * 0.2) * random.nextGaussian());
    }
    IntegerFormat format = new IntegerFormat(8, true, io.bitloupe.quant.Scheme.SYMMETRIC);
    Affine fixed = Affine.of(new Range(-peak(seen), peak(seen)), format);
    double tensor = 0;
    double token = 0;
    double still = 0;
    Affine whole = Affine.of(new Range(-peak(shifted), peak(shifted)), format);
    for (int t = 0; t < tokens; t++) {
      float[] row = Arrays.copyOfRange(shifted, t * width, (t + 1) * width);
      Affine own = Affine.of(new Range(-peak(row), peak(row)), format);
      for (float value : row) {
        still += Math.pow(fixed.dequantize(fixed.quantize(value, format)) - value, 2);
        tensor += Math.pow(whole.dequantize(whole.quantize(value, format)) - value, 2);
        token += Math.pow(own.dequantize(own.quantize(value, format)) - value, 2);
      }
    }
    assertThat(tensor).isLessThan(still / 10);
    assertThat(token).isLessThan(tensor / 2);
  }

  private static float peak(float[] values) {
    float peak = 0;
    for (float value : values) {
      peak = Math.max(peak, Math.abs(value));
    }
    return peak;
  }

  /** Tokens with scales of their own are nearer to the float model than one scale for all, at few bits. */
  @Test
  void tokensHaveScalesOfTheirOwn() {
    Model model = Lab.sample("vit-tiny");
    var config = MethodLab.weights(8, Granularity.CHANNEL)
        .withDefaults(TensorChoice.FLOAT, new TensorChoice.Quantized(IntegerFormat.activations(6), Granularity.TENSOR,
            new io.bitloupe.quant.RangeMethod.MinMax()));
    Subject subject = MethodLab.apply(model, config, "per-token");
    float[] exact = MethodLab.answers(model);
    double six = MethodLab.relativeError(exact, MethodLab.answers(subject.model()));
    double eight = MethodLab.relativeError(exact, MethodLab.answers(MethodLab.apply(model, config, "per-token:bits=8").model()));
    assertThat(eight).isLessThan(six / 4).isGreaterThan(0);
    assertThat(subject.reference().graph()).isEqualTo(model.graph());
    assertThat(subject.effects()).hasSizeGreaterThan(4).allSatisfy(effect -> assertThat(effect.after()).isGreaterThanOrEqualTo(1));
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
    assertThat(Math.rint(0.1)).isZero();
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
                MethodLab.weights(3, Granularity.CHANNEL).withRecipe(io.bitloupe.config.RecipeText.parse(recipe)),
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
