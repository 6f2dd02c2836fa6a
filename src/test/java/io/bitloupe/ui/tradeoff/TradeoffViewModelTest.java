package io.bitloupe.ui.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.Choices;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Latency;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.Timings;
import io.bitloupe.metric.Interval;
import io.bitloupe.model.Model;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.SpeedTimer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TradeoffViewModelTest {
  @Test
  void everyMeasuredConfigurationIsAPointOnce() {
    Opened opened = Opened.withData(true);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, new SpeedTimer(opened.workspace));
    for (int bits : new int[] {6, 4, 6}) {
      setWeightBits(opened, bits);
    }
    TradeoffData data = tradeoff.dataProperty().get();
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(4);
    assertThat(data.points()).extracting(TradeoffPoint::step).containsExactly(1, 2, 3);
    assertThat(data.points().get(1).status()).as("an equal configuration is current").isEqualTo(TradeoffPoint.Status.CURRENT);
    assertThat(data.points()).extracting(TradeoffPoint::bytes).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(CostAxis.DEPLOYED.of(data.reference().orElseThrow())).hasValue(100);
    assertThat(tradeoff.summaryProperty().get()).isEqualTo("3 points, 3 on size front");
    tradeoff.load(data.points().get(2));
    assertThat(opened.workspace.historyProperty().get().current()).isEqualTo(3);
  }

  /** Two runs of one file, the second while the machine was twice as slow: 3 of 5 ms and 6 of 10 ms are both 60 %. */
  @Test
  void latencyIsAShareOfTheFloatModelsTimeInTheSameRun() {
    TradeoffPoint quick = timed(1, Timings.of(DeploymentLoad.SINGLE, 3, 5));
    TradeoffPoint slow = timed(2, Timings.of(DeploymentLoad.SINGLE, 6, 10));
    assertThat(CostAxis.DEPLOYED.of(quick).orElseThrow()).isCloseTo(60, within(1e-9));
    assertThat(CostAxis.DEPLOYED.of(slow).orElseThrow()).isCloseTo(60, within(1e-9));
    assertThat(CostAxis.DEPLOYED.spread(quick)).isEqualTo(CostAxis.DEPLOYED.spread(slow));
    assertThat(CostAxis.DEPLOYED.of(new TradeoffData.Reference(0.9, 1))).hasValue(100);
    assertThat(CostAxis.INTEGER.of(new TradeoffData.Reference(0.9, 1))).as("no float model runs there").isEmpty();
  }

  @Test
  void sizesHaveTheUnitThatTheyHaveElsewhere() {
    TradeoffData small = new TradeoffData(List.of(point(1, 0.9, 999_999), point(2, 0.8, 1_000)), Optional.empty(), true);
    assertThat(CostAxis.SIZE.label(small)).isEqualTo("Size of weights, kB");
    assertThat(CostAxis.SIZE.unit(small)).isEqualTo(1e3);
    TradeoffData large = new TradeoffData(List.of(point(1, 0.9, 1_000_000), point(2, 0.8, 1_000)), Optional.empty(), true);
    assertThat(CostAxis.SIZE.label(large)).isEqualTo("Size of weights, MB");
    assertThat(CostAxis.SIZE.unit(large)).isEqualTo(1e6);
    assertThat(CostAxis.ENERGY.unit(large)).isEqualTo(1);
  }

  @Test
  void pointsAreFilteredByTheirBranch() {
    Opened opened = Opened.withData(true);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, new SpeedTimer(opened.workspace));
    for (int bits : new int[] {6, 4}) {
      setWeightBits(opened, bits);
    }
    opened.workspace.branch(1);
    setWeightBits(opened, 3);
    assertThat(tradeoff.dataProperty().get().points()).as("W8, W6, W4, W3").hasSize(4);
    tradeoff.scopeProperty().set(PointScope.BRANCH);
    assertThat(tradeoff.dataProperty().get().points()).as("W8 and the W3 made of it").extracting(TradeoffPoint::step).containsExactly(1, 5);
    tradeoff.load(tradeoff.dataProperty().get().points().getFirst());
    tradeoff.scopeProperty().set(PointScope.ALL);
    assertThat(tradeoff.dataProperty().get().points()).hasSize(4);
  }

  private static void setWeightBits(Opened opened, int bits) {
    Model model = opened.workspace.modelProperty().get().orElseThrow();
    TensorChoice weight = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, bits, TensorChoice.DEFAULT_WEIGHT);
    opened.workspace.apply(ConfigEdits.defaults(model, weight, TensorChoice.DEFAULT_ACTIVATION));
    opened.tasks.advance();
  }

  /** The fake engine says 64 bit operations for each product; energy is the table's for the bits of the weights. */
  @Test
  void everyPointHasBitOperationsAndEnergy() {
    Opened opened = Opened.withData(true);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, new SpeedTimer(opened.workspace));
    setWeightBits(opened, 4);
    assertThat(tradeoff.axes()).contains(CostAxis.BIT_OPS, CostAxis.ENERGY).doesNotContain(CostAxis.SIZE);
    List<TradeoffPoint> points = tradeoff.dataProperty().get().points();
    long macs = opened.workspace.modelProperty().get().orElseThrow().macs();
    assertThat(points).hasSize(2).allSatisfy(point -> assertThat(CostAxis.BIT_OPS.of(point)).hasValue(macs * 64 / 1e9));
    double eight = CostAxis.ENERGY.of(points.getFirst()).orElseThrow();
    double four = CostAxis.ENERGY.of(points.getLast()).orElseThrow();
    assertThat(four).isPositive().isLessThan(eight);
  }

  @Test
  void aRunningPointShrinksItsInterval() {
    Opened opened = Opened.withData(false);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, new SpeedTimer(opened.workspace));
    assertThat(tradeoff.dataProperty().get().points()).isEmpty();
    opened.engine.last().estimate(32);
    double wide = width(tradeoff);
    opened.engine.last().estimate(512);
    assertThat(width(tradeoff)).isLessThan(wide);
    TradeoffPoint point = tradeoff.dataProperty().get().points().getFirst();
    assertThat(point.running()).isTrue();
    assertThat(CostAxis.DEPLOYED.of(point)).isEmpty();
    opened.engine.last().complete();
    assertThat(tradeoff.dataProperty().get().points().getFirst().running()).isFalse();
  }

  @Test
  void withoutLabelsAgreementTakesItsPlace() {
    Opened opened = new Opened(true);
    opened.engine.withoutLabels();
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, new SpeedTimer(opened.workspace));
    assertThat(tradeoff.emptySentence()).isEqualTo("Measured configurations appear here.");
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(tradeoff.needsData()).isTrue();
    opened.workspace.openData(Path.of("images"));
    opened.tasks.advance();
    assertThat(tradeoff.dataProperty().get().labelled()).isFalse();
    assertThat(tradeoff.dataProperty().get().reference().orElseThrow().value()).isEqualTo(1);
  }

  @Test
  void timesAreMeasuredWhenAskedForAndKeptWithEveryEqualStep() {
    Opened opened = Opened.withData(true);
    SpeedTimer timer = new SpeedTimer(opened.workspace);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, timer);
    Model model = opened.workspace.modelProperty().get().orElseThrow();
    opened.workspace.apply(opened.edits.weightBits(model.layers(), 4));
    opened.tasks.advance();
    opened.workspace.branch(1);
    opened.tasks.advance();
    assertThat(tradeoff.untimed(CostAxis.SIZE)).as("no time in ONNX Runtime").isEmpty();
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED)).as("timed when measured").isEmpty();
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED_BATCH)).containsExactly(1, 2);
    tradeoff.time(tradeoff.dataProperty().get().points().get(0));
    assertThat(opened.engine.timed()).hasSize(1);
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED_BATCH)).containsExactly(2);
    assertThat(opened.workspace.historyProperty().get().steps())
        .extracting(step -> step.measured().orElseThrow().latency().deployed(CostAxis.DEPLOYED_BATCH.load().orElseThrow()).isPresent())
        .as("step 3 is step 1 again").containsExactly(true, false, true);
    TradeoffPoint point = tradeoff.dataProperty().get().points().get(0);
    assertThat(CostAxis.DEPLOYED.of(point)).as("timed anew: 2 of 5 ms").hasValue(40);
    assertThat(CostAxis.DEPLOYED.spread(point).orElseThrow().upperQuartile()).isCloseTo(48, within(1e-9));
    tradeoff.toggleTiming(CostAxis.DEPLOYED_BATCH);
    assertThat(opened.engine.timed()).hasSize(2);
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED_BATCH)).isEmpty();
  }

  @Test
  void nothingElseComputesWhileTimesAreMeasured() {
    Opened opened = Opened.withData(false);
    SpeedTimer timer = new SpeedTimer(opened.workspace);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, timer);
    opened.engine.last().estimate(32);
    assertThat(tradeoff.canTime(tradeoff.dataProperty().get().points().getFirst())).as("its accuracy is not known yet").isFalse();
    opened.engine.last().complete();
    Model model = opened.workspace.modelProperty().get().orElseThrow();
    opened.workspace.apply(opened.edits.weightBits(model.layers(), 4));
    opened.tasks.advance();
    opened.tasks.hold();
    tradeoff.toggleTiming(CostAxis.DEPLOYED_BATCH);
    assertThat(opened.engine.last().job().isCancelled()).isTrue();
    assertThat(opened.workspace.activityProperty().get()).get().extracting(Activity::name).isEqualTo("Timing the exported file");
    tradeoff.toggleTiming(CostAxis.DEPLOYED_BATCH);
    opened.tasks.release();
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED_BATCH)).as("what was stopped says nothing").containsExactly(1);
  }

  @Test
  void aConfigurationThatTakesOneSampleAtATimeIsNotTimedInBatches() {
    Opened opened = Opened.withData(true);
    SpeedTimer timer = new SpeedTimer(opened.workspace);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace, timer);
    Model model = opened.workspace.modelProperty().get().orElseThrow();
    TensorChoice dynamic = Choices.withRange(TensorChoice.DEFAULT_ACTIVATION, new RangeMethod.Dynamic());
    opened.workspace.apply(ConfigEdits.defaults(model, TensorChoice.DEFAULT_WEIGHT, dynamic));
    opened.tasks.advance();
    timer.time(List.of(2));
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED)).isEmpty();
    assertThat(tradeoff.untimed(CostAxis.DEPLOYED_BATCH)).containsExactly(1, 2);
    assertThat(opened.workspace.noticeProperty().get().orElseThrow().sentence())
        .isEqualTo("Not timed in batches, since one run takes one sample: step 2.");
  }

  @Test
  void theFrontIsWhatNothingBeats() {
    List<TradeoffPoint> points = List.of(point(1, 0.9, 100), point(2, 0.8, 50), point(3, 0.7, 60), point(4, 0.95, 200), point(5, 0.9, 90));
    assertThat(Front.of(points, CostAxis.SIZE)).extracting(TradeoffPoint::step).containsExactly(2, 5, 4);
    assertThat(Front.of(points, CostAxis.DEPLOYED)).as("not timed yet").isEmpty();
  }

  @Test
  void collapsedPointsDoNotSquashTheOthers() {
    List<TradeoffPoint> points = List.of(point(1, 0.90, 1), point(2, 0.89, 2), point(3, 0.895, 3), point(4, 0.88, 4), point(5, 0.07, 5));
    ValueRange range = ValueRange.of(new TradeoffData(points, Optional.empty(), true));
    assertThat(range.low()).isBetween(80.0, 87.0);
    assertThat(range.high()).isGreaterThan(91);
    ValueRange single = ValueRange.of(new TradeoffData(points.subList(0, 1), Optional.empty(), true));
    assertThat(single.high() - single.low()).isGreaterThanOrEqualTo(4);
  }

  private static double width(TradeoffViewModel tradeoff) {
    Interval interval = tradeoff.dataProperty().get().points().getFirst().interval();
    return interval.high() - interval.low();
  }

  private static TradeoffPoint timed(int step, DeploymentTiming timing) {
    return point(step, 0.9, 100, new Latency(OptionalDouble.empty(), List.of(timing)));
  }

  private static TradeoffPoint point(int step, double value, long bytes) {
    return point(step, value, bytes, Latency.UNKNOWN);
  }

  private static TradeoffPoint point(int step, double value, long bytes, Latency latency) {
    return new TradeoffPoint(
        step,
        "",
        value,
        new Interval(value - 0.01, value + 0.01),
        10,
        10,
        bytes,
        8 * bytes,
        latency,
        OptionalDouble.empty(),
        TradeoffPoint.Status.MEASURED,
        false);
  }
}
