package io.bitloupe.ui.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.metric.Interval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StripScaleTest {
  private static HistoryCard card(double low, double high, double reference) {
    return new HistoryCard(
        1,
        Optional.empty(),
        "",
        "",
        OptionalDouble.of((low + high) / 2),
        Optional.of(new Interval(low, high)),
        OptionalDouble.of(reference),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        false,
        false,
        1);
  }

  @Test
  void everythingMeasuredLiesOnTheScale() {
    StripScale scale = StripScale.of(List.of(card(0.002, 0.05, 0.83), card(0.29, 0.48, 0.83), card(0.73, 0.88, 0.83)));
    assertThat(scale.low()).isBetween(-0.05, 0.002);
    assertThat(scale.high()).isBetween(0.88, 0.9);
  }

  @Test
  void smallDifferencesStaySmall() {
    StripScale scale = StripScale.of(List.of(card(0.900, 0.902, 0.901)));
    assertThat(scale.high() - scale.low()).isCloseTo(0.0416, within(1e-9));
  }

  @Test
  void nothingMeasuredIsTheWholeScale() {
    assertThat(StripScale.of(List.of())).isEqualTo(new StripScale(0, 1));
  }
}
