package io.bitloupe.ui.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundingChartTest {
  @Test
  void floatIsOnTheAxisWhereTheRoundingCanStillBeSeenBesideIt() {
    assertThat(RoundingChart.reach(0.4, 0.9)).isEqualTo(1.5);
    assertThat(RoundingChart.reach(0.4, 5)).isEqualTo(5.6);
  }

  @Test
  void floatFarAwayLeavesTheAxisToTheRounding() {
    assertThat(RoundingChart.reach(0.4, 37)).isEqualTo(1.5);
    assertThat(RoundingChart.reach(3, 300)).isEqualTo(3.6);
  }

  @Test
  void whatIsClampedFromFarAwayIsPointedTo() {
    assertThat(RoundingChart.reach(150, 150)).isEqualTo(12);
  }
}
