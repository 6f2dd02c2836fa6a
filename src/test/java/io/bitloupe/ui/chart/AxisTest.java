package io.bitloupe.ui.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void ticksArePlainRoundNumbers() {
    assertThat(Ticks.linear(68, 92, 6).values()).containsExactly(70.0, 75.0, 80.0, 85.0, 90.0);
    assertThat(Ticks.linear(-1.1, 1.1, 9).values()).contains(-1.0, -0.75, 0.0, 0.25);
    assertThat(Ticks.linear(-1.1, 1.1, 9).decimals()).isEqualTo(2);
    assertThat(Ticks.linear(0.077, 0.085, 4).decimals()).isEqualTo(3);
    assertThat(Ticks.linear(5, 5, 4).values()).isEmpty();
    assertThat(Ticks.decades(0.6, 16_000, 6).values()).containsExactly(1.0, 10.0, 100.0, 1000.0, 10_000.0);
  }

  @Test
  void pixelsAndValuesAreInverse() {
    for (Axis axis : new Axis[] {Axis.linear(-2, 6, 40, 440), Axis.logarithmic(0.01, 100, 300, 20)}) {
      for (double value : new double[] {0.02, 1, 5.5}) {
        assertThat(axis.value(axis.pixel(value))).isCloseTo(value, within(1e-9));
      }
    }
    assertThat(Axis.linear(0, 10, 0, 100).clamped(25)).isEqualTo(100);
  }
}
