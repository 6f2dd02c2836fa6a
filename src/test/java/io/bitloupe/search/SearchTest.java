package io.bitloupe.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.DatasetSlice;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.search.solve.AgentSettings;
import io.bitloupe.search.solve.Exact;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Searches and remedies on a real model with few samples. */
class SearchTest {

  private static final Path MODELS = Path.of("sample-models");
  private static final int SAMPLES = 120;

  private final LocalEngine engine = new LocalEngine(2);
  private final Model model = engine.loadModel(MODELS.resolve("lenet-5.onnx"));
  private final Workbench workbench =
      engine.calibrate(
          model,
          engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, DataSplit.DEFAULT_CALIBRATION_SAMPLES),
          Progress.NONE);

  private ConfigEvaluator evaluator() {
    return new ConfigEvaluator(
        workbench, new DatasetSlice(workbench.data().tuning(), 0, SAMPLES), 2, ResponseJournal.inMemory());
  }

  @Test
  void whatHurtsIsHelpedByMoreBitsAndEveryEffectIsMeasured() {
    Layer layer = model.layers().get(1);
    String weight = layer.weight().orElseThrow();
    TensorChoice hurt =
        Choices.withGranularity(
            Choices.withWidth(TensorChoice.DEFAULT_WEIGHT, new BitWidths.Width(2), TensorChoice.DEFAULT_WEIGHT), Granularity.TENSOR);
    QuantConfig base = QuantConfig.defaults().with(weight, hurt);
    List<Remedy> remedies = new Remedies(SAMPLES, 2).of(workbench, base, layer, Progress.NONE);
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
      String last = model.layers().getLast().name();
      String second = model.layers().get(1).name();
      WidthChoices choices = new WidthChoices(List.of(8, 4, 3, 2), List.of(first), List.of(last, second));
      SearchResult result =
          new MixedPrecisionSearch(evaluator, base, choices, limits, new Strategy.Solve(new Exact()), SearchListener.NONE)
              .run(Progress.NONE);
      assertThat(result.chosen().tuning().headline()).isGreaterThanOrEqualTo(least);
      assertThat(result.layers()).doesNotContain(first).contains(last, second);
      long spent = 0;
      for (Layer layer : model.layers()) {
        spent += layer.macs() * 8 * result.chosen().config().weightChoice(layer.weight().orElseThrow()).bits();
      }
      assertThat(spent).isLessThanOrEqualTo(bitOps);

      long bytes = result.chosen().weightBytes();
      SearchResult learned =
          new MixedPrecisionSearch(
                  evaluator, base, choices, Limits.ofSize(bytes), new Strategy.Learn(new AgentSettings(30, 10, 8, 1)), SearchListener.NONE)
              .run(Progress.NONE);
      assertThat(learned.chosen().weightBytes()).isLessThanOrEqualTo(bytes);
    }
  }
}
