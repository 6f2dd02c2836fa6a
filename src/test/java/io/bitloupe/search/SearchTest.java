package io.bitloupe.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RecipeText;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.CostModel;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.KeptLatency;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.MachineLatency;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Granularity;
import io.bitloupe.search.solve.AgentSettings;
import io.bitloupe.search.solve.Exact;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches and remedies on a real model with few samples. */
class SearchTest {

  private static final Path MODELS = Path.of("sample-models");
  private static final int SAMPLES = 120;
  private static final long MEMORY = 1L << 28;

  @TempDir Path folder;

  private final LocalEngine engine = new LocalEngine(2);
  private final Model model = engine.loadModel(MODELS.resolve("lenet-5.onnx"));
  private final Workbench workbench =
      engine.calibrate(
          model,
          engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, DataSplit.DEFAULT_CALIBRATION_SAMPLES),
          Progress.NONE);

  private ConfigEvaluator evaluator() {
    return new ConfigEvaluator(
        workbench, new DatasetSlice(workbench.data().tuning(), 0, SAMPLES), 2, MEMORY, ResponseJournal.inMemory());
  }

  @Test
  void whatHurtsIsHelpedByMoreBitsAndEveryEffectIsMeasured() {
    Layer layer = model.layers().get(1);
    String weight = layer.weight().orElseThrow();
    TensorChoice hurt =
        Choices.withGranularity(
            Choices.withWidth(TensorChoice.DEFAULT_WEIGHT, new BitWidths.Width(2), TensorChoice.DEFAULT_WEIGHT), Granularity.TENSOR);
    QuantConfig base = QuantConfig.defaults().with(weight, hurt);
    List<Remedy> remedies = new Remedies(SAMPLES, 2, MEMORY).of(SweepBase.of(engine, workbench, base, Progress.NONE), layer, Progress.NONE);
    assertThat(remedies).extracting(Remedy::kind).contains(Remedy.Kind.values()[0], Remedy.Kind.PER_CHANNEL, Remedy.Kind.WEIGHT_RANGE,
        Remedy.Kind.FLOAT_WEIGHTS, Remedy.Kind.OUTPUT_RANGE, Remedy.Kind.FLOAT_OUTPUT);
    assertThat(remedies).isSortedAccordingTo((one, other) -> Double.compare(other.gain(), one.gain()));
    assertThat(remedies.getFirst().tensor()).isEqualTo(weight);
    try (ConfigEvaluator evaluator = evaluator()) {
      for (Remedy remedy : List.of(remedies.getFirst(), remedies.getLast())) {
        assertThat(evaluator.evaluate(base.with(remedy.tensor(), remedy.choice()), Progress.NONE)).isEqualTo(remedy.after());
      }
    }
    long eight = remedies.stream().filter(remedy -> remedy.choice().bits() == 8 && remedy.kind() == Remedy.Kind.WEIGHT_BITS)
        .findFirst().orElseThrow().extraBytes();
    assertThat(eight).as("six bits more for each weight").isEqualTo(layer.weightShape().elements() * 6 / 8);
  }

  @Test
  void aLeastAccuracyUnderAnotherLimitIsReachedAndPinsAndTiesHold() {
    QuantConfig base = QuantConfig.defaults();
    try (ConfigEvaluator evaluator = evaluator()) {
      double least = evaluator.floatResponse(Progress.NONE).headline() - 0.03;
      long bitOps = 8 * 6 * model.layers().stream().mapToLong(Layer::macs).sum();
      Limits limits =
          new Limits(
              OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.of(bitOps), OptionalDouble.empty(), OptionalDouble.of(least),
              Optional.empty());
      String first = model.layers().getFirst().name();
      WidthChoices choices = new WidthChoices(List.of(8, 4, 3, 2), List.of(first), List.of("*fc*"));
      SearchResult result =
          new MixedPrecisionSearch(evaluator, base, choices, limits, new Strategy.Solve(new Exact()), SearchListener.NONE)
              .run(Progress.NONE);
      assertThat(result.chosen().tuning().headline()).isGreaterThanOrEqualTo(least);
      assertThat(result.layers()).doesNotContain(first);
      assertThat(result.layers()).containsExactly("/conv2/Conv", "/fc1/Gemm", "/fc2/Gemm");
      assertThat(result.front()).contains(result.chosen())
          .allSatisfy(point -> assertThat(point.bits().get(1)).isEqualTo(point.bits().get(2)))
          .anySatisfy(point -> assertThat(point.bits().get(0)).isNotEqualTo(point.bits().get(1)));
      long spent = 0;
      for (Layer layer : model.layers()) {
        spent += layer.macs() * 8 * result.chosen().config().weightChoice(layer.weight().orElseThrow()).bits();
      }
      assertThat(spent).isLessThanOrEqualTo(bitOps);

      // Patterns that share a layer tie all that they name.
      WidthChoices all = new WidthChoices(List.of(8, 4, 3, 2), List.of(first), List.of("*fc*", "*2/*"));
      long bytes = result.chosen().weightBytes();
      SearchResult learned = learn(evaluator, all, Limits.ofSize(bytes));
      assertThat(learned.chosen().weightBytes()).isLessThanOrEqualTo(bytes);
      assertThat(learned.front()).isNotEmpty().allSatisfy(point -> assertThat(Set.copyOf(point.bits())).hasSize(1));
      assertThat(learned.front()).filteredOn(point -> point.weightBytes() <= bytes)
          .allSatisfy(point -> assertThat(point.tuning().divergence()).isGreaterThanOrEqualTo(learned.chosen().tuning().divergence()));
    }
  }

  private SearchResult learn(ConfigEvaluator evaluator, WidthChoices choices, Limits limits) {
    return new MixedPrecisionSearch(
            evaluator, QuantConfig.defaults(), choices, limits, new Strategy.Learn(new AgentSettings(12, 6, 8, 1)), SearchListener.NONE)
        .run(Progress.NONE);
  }

  @Test
  void whatCannotBeIsRefusedWithWhatStandsAgainstIt() {
    try (ConfigEvaluator evaluator = evaluator()) {
      WidthChoices choices = WidthChoices.of(List.of(3, 2));
      assertThatThrownBy(() -> learn(evaluator, choices, Limits.ofTop1(1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("reaches an accuracy of 1.0000")
          .hasMessageContaining("the best reached 0.");
      assertThatThrownBy(() -> learn(evaluator, choices, Limits.ofSize(100)))
          .hasMessageMatching("No choice of widths for lenet-5.onnx keeps these limits; at the narrowest its weights take \\d+ bytes.");
      Limits bitOps =
          new Limits(
              OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.of(5), OptionalDouble.empty(), OptionalDouble.empty(),
              Optional.empty());
      assertThatThrownBy(() -> learn(evaluator, choices, bitOps)).hasMessageMatching(".*; at the narrowest it takes \\d+ BitOps.");
    }
  }

  /** A layer in float has no step of its own, and a pinned one a width that is not among those to choose from. */
  @Test
  void latencyOfThisMachineHoldsForWhatStaysAsItIs() {
    QuantConfig base =
        QuantConfig.defaults().with(model.layers().getLast().weight().orElseThrow(), TensorChoice.FLOAT);
    KeptLatency kept = new KeptLatency(Optional.of(folder));
    LatencyTable table = kept.table(workbench, base, List.of(4, 2), List.of(), Progress.NONE);
    Job cancelled = new Job("again");
    cancelled.cancel();
    assertThat(kept.table(workbench, base, List.of(4, 2), List.of(), cancelled)).as("what a run began with").isEqualTo(table);
    assertThatThrownBy(() -> kept.table(workbench, base, List.of(4, 3), List.of(), cancelled)).isInstanceOf(CancellationException.class);
    assertThat(table.restMilliseconds()).isNotNegative();
    for (Layer layer : model.layers().subList(0, 3)) {
      for (int bits : List.of(8, 4, 2)) {
        assertThat(table.milliseconds().get(new LatencyTable.Key(layer.name(), bits, 8))).as(layer.name()).isPositive();
      }
    }
    Limits limits =
        new Limits(
            OptionalLong.empty(), OptionalDouble.of(1e3), OptionalLong.empty(), OptionalDouble.empty(), OptionalDouble.empty(),
            Optional.of(table));
    WidthChoices choices = new WidthChoices(List.of(4, 2), List.of(model.layers().getFirst().name()), List.of());
    try (ConfigEvaluator evaluator = evaluator()) {
      SearchResult result =
          new MixedPrecisionSearch(evaluator, base, choices, limits, new Strategy.Solve(new Exact()), SearchListener.NONE)
              .run(Progress.NONE);
      assertThat(result.layers()).hasSize(2);
      assertThat(result.chosen().spending().milliseconds()).isPresent();
      assertThat(result.chosen().spending().milliseconds().getAsDouble()).isBetween(1e-6, 1e3);
    }
  }

  @Test
  void timingIsCancelled() {
    Job job = new Job("timing");
    job.cancel();
    assertThatThrownBy(() -> MachineLatency.measure(workbench, QuantConfig.defaults(), List.of(8), List.of(), job))
        .isInstanceOf(CancellationException.class);
  }

  /** A recipe is applied to the base before; what is found has it, and is what is measured with it. */
  @Test
  void aRecipeIsAppliedBeforeAndBelongsToWhatIsFound() {
    QuantConfig config = QuantConfig.defaults().withRecipe(RecipeText.parse("equalization"));
    SweepBase base = SweepBase.of(engine, workbench, config, Progress.NONE);
    DatasetSlice samples = new DatasetSlice(workbench.data().tuning(), 0, SAMPLES);
    try (ConfigEvaluator evaluator = base.evaluator(samples, 2, MEMORY, ResponseJournal.inMemory())) {
      SearchResult found =
          new MixedPrecisionSearch(
                  evaluator, base.config(), WidthChoices.of(List.of(4, 3)), Limits.ofSize(200_000), new Strategy.Solve(new Exact()),
                  SearchListener.NONE)
              .run(Progress.NONE)
              .withConfigs(base::whole);
      QuantConfig chosen = found.chosen().config();
      assertThat(chosen.recipe()).isEqualTo(config.recipe());
      SweepBase anew = SweepBase.of(engine, workbench, chosen, Progress.NONE);
      try (ConfigEvaluator again = anew.evaluator(samples, 2, MEMORY, ResponseJournal.inMemory())) {
        assertThat(again.evaluate(anew.config(), Progress.NONE)).isEqualTo(found.chosen().tuning());
        assertThat(again.floatResponse(Progress.NONE)).isEqualTo(found.reference());
      }
      assertThatThrownBy(() -> evaluator.evaluate(config, Progress.NONE)).hasMessageContaining("without a recipe");
    }
  }

  /** Weights that are rounded for 8 bits say nothing of 4. */
  @Test
  void aRecipeThatRoundsWeightsIsRefused() {
    QuantConfig rounding = QuantConfig.defaults().withRecipe(RecipeText.parse("gptq"));
    assertThatThrownBy(() -> SweepBase.of(engine, workbench, rounding, Progress.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no other widths can be tried");
  }

  /** Bit operations are a product of both widths, so both are chosen together. */
  @Test
  void activationsAreChosenTogetherWithTheWeightsThatTheyMeet() {
    List<Integer> widths = List.of(8, 4, 2);
    long bitOps = 5 * 5 * model.layers().stream().mapToLong(Layer::macs).sum();
    Limits limits =
        new Limits(
            OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.of(bitOps), OptionalDouble.empty(), OptionalDouble.empty(),
            Optional.empty());
    String first = model.layers().getFirst().name();
    try (ConfigEvaluator evaluator = evaluator()) {
      SearchResult result =
          new MixedPrecisionSearch(
                  evaluator, QuantConfig.defaults(), new WidthChoices(widths, widths, List.of(first), List.of("*fc*")), limits,
                  new Strategy.Solve(new Exact()), SearchListener.NONE)
              .run(Progress.NONE);
      assertThat(result.layers()).containsExactly("/conv2/Conv", "/fc1/Gemm", "/fc2/Gemm");
      assertThat(result.activations()).hasSize(3).doesNotContain(model.layers().getFirst().input());
      List<Integer> bits = result.chosen().bits();
      assertThat(bits).hasSize(6);
      assertThat(bits.get(1)).as("tied weights").isEqualTo(bits.get(2));
      assertThat(bits.get(4)).as("tied activations").isEqualTo(bits.get(5));
      assertThat(bits.subList(3, 6)).as("8-bit activations alone would not fit").anyMatch(width -> width < 8);
      ResolvedConfig resolved = evaluator.resolver().resolve(result.chosen().config());
      assertThat(new CostModel(resolved, new Lowering(evaluator.resolver().structure()).lower(resolved)).total().bitOps())
          .isLessThanOrEqualTo(bitOps);
      assertThat(result.uniform()).hasSize(5);
    }
  }
}
