package io.bitloupe.ui.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.workspace.Opened;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DistributionViewModelTest {
  private final Opened opened = Opened.withData(true);
  private final DistributionViewModel distribution = new DistributionViewModel(opened.workspace);

  private TensorPicture picture() {
    return distribution.pictureProperty().get().orElseThrow();
  }

  private ClipFigures figures() {
    return distribution.figuresProperty().get().orElseThrow();
  }

  @Test
  void ladderHoldsEveryMethodAndMseIsNeverWorseThanMinMax() {
    opened.select(12);
    opened.select(13);
    List<RangePick> picks = picture().picks();
    assertThat(picks).hasSize(7);
    RangePick minMax = picks.getFirst();
    RangePick mse = picks.get(3);
    assertThat(mse.method()).isEqualTo(new RangeMethod.Mse());
    assertThat(mse.sqnrDb()).isGreaterThanOrEqualTo(minMax.sqnrDb() - 1e-9);
    assertThat(picks).extracting(RangePick::range).allSatisfy(range -> assertThat(range.max()).isEqualTo(-range.min()));
  }

  @Test
  void aChannelHasItsOwnScaleAndCannotBeMovedAlone() {
    opened.select(1);
    assertThat(picture().isGrouped()).isTrue();
    assertThat(figures().affine()).hasSize(24);
    assertThat(picture().spread().orElseThrow().between(-1e9, 1e9)).as("all 216 weights have a code").isCloseTo(216, within(1e-6));
    distribution.channelProperty().set(OptionalInt.of(3));
    assertThat(picture().statistics().count()).isEqualTo(9);
    assertThat(picture().isMovable()).isFalse();
    assertThat(figures().affine()).hasSize(1);
  }

  @Test
  void aChannelOfBlocksShowsItsOwnBlocksOnly() {
    opened.select(0);
    distribution.edits().setGranularity(new Granularity.PerBlock(4));
    int all = figures().affine().size();
    distribution.channelProperty().set(OptionalInt.of(3));
    assertThat(figures().split().count()).isEqualTo(picture().statistics().count());
    assertThat(figures().affine()).hasSizeLessThan(all);
  }

  @Test
  void scalesThatCameWithTheConfigurationAreShownAsTheyAre() {
    opened.select(0);
    distribution.edits().setGranularity(Granularity.TENSOR);
    TensorChoice.Quantized chosen = (TensorChoice.Quantized) opened.workspace.config().weightChoice("b00.expand.weight");
    Affine given = new Affine(figures().affine().getFirst().scale() * 2, 0);
    TensorChoice.Quantized resolved =
        new TensorChoice.Quantized(chosen.format(), chosen.granularity(), chosen.range(), List.of(given));
    opened.workspace.apply(
        new ConfigChange("given", config -> config.with("b00.expand.weight", resolved)));
    assertThat(figures().affine()).containsExactly(given);
  }

  @Test
  void draggingShowsFiguresAndLettingGoMakesAStep() {
    opened.select(0);
    distribution.edits().setGranularity(Granularity.TENSOR);
    distribution.edits().setBits(4);
    int steps = opened.workspace.historyProperty().get().steps().size();
    float half = figures().range().max() / 2;
    distribution.clip().move(new Range(-0.01f, half));
    assertThat(figures().range()).as("symmetric codes mirror the clip").isEqualTo(new Range(-half, half));
    assertThat(figures().exact()).isFalse();
    double estimate = figures().split().sqnrDb();
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(steps);
    distribution.clip().commit();
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(steps + 1);
    TensorChoice.Quantized choice = (TensorChoice.Quantized) opened.workspace.config().weightChoice("b00.expand.weight");
    assertThat(choice.range()).isEqualTo(new RangeMethod.Explicit(-half, half));
    assertThat(figures().exact()).isTrue();
    assertThat(figures().range().max()).isCloseTo(half, within(1e-6f));
    assertThat(figures().split().sqnrDb()).isCloseTo(estimate, within(0.3));
    ErrorSplit split = figures().split();
    assertThat(split.clippedShare()).isPositive();
    assertThat(split.clipping() + split.rounding()).isCloseTo(split.total(), within(1e-12));
  }

  @Test
  void aDragCanBeCalledOff() {
    opened.select(0);
    ClipFigures before = figures();
    distribution.clip().move(new Range(-0.01f, 0.01f));
    distribution.clip().cancel();
    distribution.clip().commit();
    assertThat(figures()).isEqualTo(before);
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(1);
  }

  @Test
  void aTypedClipIsTakenOrRefusedWithAReason() {
    opened.select(0);
    distribution.edits().setGranularity(Granularity.TENSOR);
    assertThat(distribution.clip().type(OptionalDouble.empty(), true).orElseThrow()).contains("no number");
    assertThat(distribution.clip().type(OptionalDouble.of(0), true).orElseThrow()).contains("no range");
    int steps = opened.workspace.historyProperty().get().steps().size();
    assertThat(distribution.clip().type(OptionalDouble.of(-0.03), false)).isEmpty();
    assertThat(figures().range()).as("symmetric codes mirror it").isEqualTo(new Range(-0.03f, 0.03f));
    distribution.edits().setScheme(Scheme.ASYMMETRIC);
    assertThat(distribution.clip().type(OptionalDouble.of(-0.01), true).orElseThrow()).contains("0 or more");
    assertThat(distribution.clip().type(OptionalDouble.of(0.01), false).orElseThrow()).contains("0 or less");
    assertThat(opened.workspace.historyProperty().get().steps()).as("what is refused is no step").hasSize(steps + 2);
    assertThat(distribution.clip().type(OptionalDouble.of(0.02), true)).isEmpty();
    assertThat(((TensorChoice.Quantized) opened.workspace.config().weightChoice("b00.expand.weight")).range())
        .isEqualTo(new RangeMethod.Explicit(-0.03f, 0.02f));
  }

  @Test
  void keysMakeOneStepWhenTheyPause() {
    opened.select(0);
    distribution.edits().setGranularity(Granularity.TENSOR);
    opened.tasks.advance();
    int steps = opened.workspace.historyProperty().get().steps().size();
    float max = figures().range().max();
    distribution.clip().nudge(new Range(0, max * 0.9f));
    distribution.clip().nudge(new Range(0, max * 0.8f));
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(steps);
    opened.tasks.advance();
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(steps + 1);
  }

  @Test
  void outputsAreShownOnceCalibrated() {
    distribution.sideProperty().set(TensorSide.OUTPUT);
    opened.select(2);
    assertThat(picture().subject().tensor()).isEqualTo("b02.expand.out".replace("b02.expand", "b00.project"));
    assertThat(picture().statistics().zeroShare()).isCloseTo(0.5, within(0.05));
    assertThat(figures().range().min()).isZero();
    distribution.edits().setRange(new RangeMethod.Dynamic());
    assertThat(opened.workspace.historyProperty().get().currentStep().orElseThrow().description())
        .isEqualTo("Output of b00.project to dynamic");
  }

  @Test
  void exactFiguresOfAnActivationFollowOnceNothingIsMeasured() {
    Opened told = Opened.withData(false);
    DistributionViewModel view = new DistributionViewModel(told.workspace);
    view.sideProperty().set(TensorSide.OUTPUT);
    told.select(2);
    told.tasks.advance();
    assertThat(view.figuresProperty().get().orElseThrow().exact()).as("while the first step is measured").isFalse();
    told.engine.last().complete();
    told.tasks.advance();
    assertThat(view.figuresProperty().get().orElseThrow().exact()).isTrue();
    view.clip().move(new Range(0, view.figuresProperty().get().orElseThrow().range().max() / 2));
    assertThat(view.figuresProperty().get().orElseThrow().exact()).as("while the handle moves").isFalse();
    view.clip().commit();
    told.tasks.hold();
    told.tasks.advance();
    told.tasks.release();
    assertThat(view.figuresProperty().get().orElseThrow().exact()).as("while the new step is measured").isFalse();
    told.engine.last().complete();
    told.tasks.advance();
    ClipFigures exact = view.figuresProperty().get().orElseThrow();
    assertThat(exact.exact()).isTrue();
    assertThat(view.pictureProperty().get().orElseThrow().figures()).contains(exact);
    view.edits().setRange(new RangeMethod.Dynamic());
    told.tasks.advance();
    told.engine.last().complete();
    told.tasks.advance();
    assertThat(view.figuresProperty().get().orElseThrow().exact()).as("a range of each sample has no one scale").isFalse();
  }

  @Test
  void saysWhyThereIsNoPicture() {
    opened.select(12);
    assertThat(distribution.emptySentence().orElseThrow()).contains("no weights");
    assertThat(distribution.pictureProperty().get()).isEmpty();
    Opened fresh = new Opened(true);
    DistributionViewModel other = new DistributionViewModel(fresh.workspace);
    fresh.workspace.openModel(Path.of("small.onnx"));
    other.sideProperty().set(TensorSide.INPUT);
    assertThat(other.emptySentence().orElseThrow()).contains("calibration");
    assertThat(other.needsData()).isTrue();
  }

  @Test
  void floatTensorsHaveNoClip() {
    opened.select(0);
    distribution.edits().setFloat();
    assertThat(distribution.figuresProperty().get()).isEmpty();
    assertThat(picture().picks()).isEmpty();
    assertThat(picture().statistics().count()).isEqualTo(192);
    distribution.edits().setBits(8);
    assertThat(figures().codes()).isEqualTo(255);
  }

  @Test
  void theErrorCurveHasItsLeastTotalNearTheMsePick() {
    opened.select(0);
    distribution.edits().setGranularity(Granularity.TENSOR);
    distribution.edits().setBits(3);
    ErrorCurve.Point best = picture().curve().points().stream().min(Comparator.comparingDouble(ErrorCurve.Point::total)).orElseThrow();
    assertThat(best.clip()).isCloseTo(picture().picks().get(3).range().max(), within(0.06));
  }

  @Test
  void codeCountsAddUpToAllValues() {
    opened.select(0);
    distribution.edits().setGranularity(Granularity.TENSOR);
    distribution.edits().setBits(4);
    GridCells cells = GridCells.of(figures().affine().getFirst(), picture().quantized().orElseThrow().format());
    assertThat(cells.codes()).hasSize(15).startsWith(-7).endsWith(7);
    assertThat(sum(cells)).isCloseTo(192, within(1e-6));
  }

  private double sum(GridCells cells) {
    return IntStream.range(0, cells.size()).mapToDouble(i -> cells.count(picture().counts(), i)).sum();
  }

  /** Every format has its own grid: levels ascend, every weight has a cell, and the picture says what the format costs and loses. */
  @ParameterizedTest
  @MethodSource("formats")
  void everyNumberFormatHasItsOwnGrid(String name) {
    opened.select(0);
    distribution.edits().setFormat(name);
    LevelFigures levels = picture().levels().orElseThrow();
    assertThat(levels.bitsPerWeight()).isPositive();
    assertThat(levels.sqnrDb()).isPositive();
    Optional<GridCells> cells = GridCells.of(picture(), Optional.empty());
    assertThat(cells.isEmpty()).as("only vectors have no levels").isEqualTo(name.startsWith("pq"));
    assertThat(levels.coordinates().length > 1).as("but numbers of their own").isEqualTo(name.startsWith("pq"));
    cells.ifPresent(
        it -> {
          assertThat(it.levels()).isSorted();
          assertThat(it.size()).isGreaterThan(1);
          assertThat(sum(it)).isCloseTo(192, within(1e-6));
          for (int i = 0; i < it.size(); i++) {
            assertThat(it.at(it.levels()[i])).hasValue(i);
          }
        });
    assertThat(distribution.figuresProperty().get()).as("no range to move").isEmpty();
  }

  static List<String> formats() {
    return TensorEdits.formats().stream().filter(name -> !name.isEmpty()).toList();
  }

  @Test
  void oneChannelShowsItsOwnLevels() {
    opened.select(0);
    distribution.edits().setFormat("nf4");
    int all = picture().levels().orElseThrow().groups();
    distribution.edits().setFormat("bwn");
    assertThat(picture().hasOneGrid()).isFalse();
    distribution.channelProperty().set(OptionalInt.of(1));
    assertThat(all).isGreaterThan(1);
    assertThat(picture().levels().orElseThrow().groups()).isEqualTo(1);
    assertThat(picture().hasOneGrid()).isTrue();
    distribution.edits().setFormat("");
    assertThat(picture().levels()).isEmpty();
    assertThat(figures().codes()).isEqualTo(255);
  }

  @Test
  void shapesAreShownWithoutTheirBatch() {
    opened.select(0);
    assertThat(distribution.subtitle()).contains(", 8×14×14 → 24×14×14,");
  }
}
