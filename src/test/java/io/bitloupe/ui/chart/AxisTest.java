package io.bitloupe.ui.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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
  void ticksOfALowAxisDoNotOverlap() {
    for (boolean logarithmic : new boolean[] {false, true}) {
      for (double height = 10; height < 400; height += 7) {
        Axis axis = logarithmic ? Axis.logarithmic(1, 1e9, height, 0) : Axis.linear(0, 70, height, 0);
        List<Double> ticks = Ticks.along(axis, 18, 6).values();
        for (int i = 1; i < ticks.size(); i++) {
          assertThat(axis.pixel(ticks.get(i - 1)) - axis.pixel(ticks.get(i))).isGreaterThanOrEqualTo(18 - 1e-9);
        }
      }
    }
  }

  @Test
  void aLogarithmicAxisOfLessThanADecadeHasSeveralTicks() {
    assertThat(Ticks.along(Axis.logarithmic(0.03, 0.7, 200, 0), 18, 6).values()).containsExactly(0.05, 0.1, 0.2, 0.5);
    assertThat(Ticks.along(Axis.logarithmic(0.6, 8, 200, 0), 18, 6).values()).containsExactly(1.0, 2.0, 5.0);
    assertThat(Ticks.along(Axis.logarithmic(0.6, 12, 200, 0), 18, 6).values()).containsExactly(1.0, 10.0);
  }

  @Test
  void wholeNumbersAreWhole() {
    assertThat(Ticks.whole(0, 2, 4).values()).containsExactly(0.0, 1.0, 2.0);
    assertThat(Ticks.whole(1, 12, 5).values()).containsExactly(5.0, 10.0);
    assertThat(Ticks.whole(1, 8, 5).values()).containsExactly(2.0, 4.0, 6.0, 8.0);
    assertThat(Ticks.whole(0, 95_000, 5).values()).containsExactly(0.0, 20_000.0, 40_000.0, 60_000.0, 80_000.0);
    assertThat(Ticks.whole(0.4, 0.9, 5).values()).isEmpty();
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
