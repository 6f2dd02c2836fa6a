package io.bitloupe.ui.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.metric.Interval;
import io.bitloupe.model.Model;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Opened;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TradeoffViewModelTest {
  @Test
  void everyMeasuredConfigurationIsAPointOnce() {
    Opened opened = Opened.withData(true);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace);
    for (int bits : new int[] {6, 4, 6}) {
      Model model = opened.workspace.modelProperty().get().orElseThrow();
      TensorChoice weight = ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, bits, TensorChoice.DEFAULT_WEIGHT);
      opened.workspace.apply(ConfigEdits.defaults(model, weight, TensorChoice.DEFAULT_ACTIVATION));
      opened.tasks.advance();
    }
    TradeoffData data = tradeoff.dataProperty().get();
    assertThat(opened.workspace.historyProperty().get().steps()).hasSize(4);
    assertThat(data.points()).extracting(TradeoffPoint::step).containsExactly(1, 2, 3);
    assertThat(data.points().get(1).status()).as("an equal configuration is current").isEqualTo(TradeoffPoint.Status.CURRENT);
    assertThat(data.points()).extracting(TradeoffPoint::bytes).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(data.reference().orElseThrow().milliseconds()).hasValue(5.7);
    assertThat(tradeoff.summaryProperty().get()).isEqualTo("3 points, 3 on the front of size");
    tradeoff.load(data.points().get(2));
    assertThat(opened.workspace.historyProperty().get().current()).isEqualTo(3);
  }

  @Test
  void aRunningPointShrinksItsInterval() {
    Opened opened = Opened.withData(false);
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace);
    assertThat(tradeoff.dataProperty().get().points()).isEmpty();
    opened.engine.last().estimate(32);
    double wide = width(tradeoff);
    opened.engine.last().estimate(512);
    assertThat(width(tradeoff)).isLessThan(wide);
    TradeoffPoint point = tradeoff.dataProperty().get().points().getFirst();
    assertThat(point.running()).isTrue();
    assertThat(point.deployedMs()).isEmpty();
    opened.engine.last().complete();
    assertThat(tradeoff.dataProperty().get().points().getFirst().running()).isFalse();
  }

  @Test
  void withoutLabelsAgreementTakesItsPlace() {
    Opened opened = new Opened(true);
    opened.engine.withoutLabels();
    TradeoffViewModel tradeoff = new TradeoffViewModel(opened.workspace);
    assertThat(tradeoff.emptySentence()).isEqualTo("Measured configurations appear here.");
    opened.workspace.openModel(Path.of("small.onnx"));
    assertThat(tradeoff.needsData()).isTrue();
    opened.workspace.openData(Path.of("images"));
    opened.tasks.advance();
    assertThat(tradeoff.dataProperty().get().labelled()).isFalse();
    assertThat(tradeoff.dataProperty().get().reference().orElseThrow().value()).isEqualTo(1);
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

  private static TradeoffPoint point(int step, double value, long bytes) {
    return new TradeoffPoint(
        step,
        "",
        value,
        new Interval(value - 0.01, value + 0.01),
        10,
        10,
        bytes,
        8 * bytes,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        TradeoffPoint.Status.MEASURED,
        false);
  }
}
