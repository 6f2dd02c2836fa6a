package io.bitloupe.ui.i18n;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void trueMinusThinSpacesAndNoNegativeZero() {
    assertThat(Figures.fixed(-1234.56, 1)).isEqualTo("−1 234.6");
    assertThat(Figures.fixed(-0.04, 1)).isEqualTo("0.0");
    assertThat(Figures.fixed(Double.POSITIVE_INFINITY, 1)).isEqualTo("∞");
    assertThat(Figures.fixed(Double.NaN, 1)).isEqualTo(Figures.UNKNOWN);
    assertThat(Figures.points(0.0123)).isEqualTo("+1.2");
    assertThat(Figures.points(-0.048)).isEqualTo("−4.8");
    assertThat(Figures.points(0.0001)).isEqualTo("0.0");
  }

  @Test
  void noHyphenStandsForAMinus() {
    assertThat(Figures.typed(-0.4)).isEqualTo("−0.4000");
    assertThat(Figures.typed(-1e-7)).isEqualTo("−1.000e−07");
    assertThat(Figures.real(1e-7)).isEqualTo("1.000×10⁻⁷");
    assertThat(Figures.plain(-2077)).isEqualTo("−2077");
  }

  /** 24 bits is what a 32-bit float keeps: 20 log10(2^24) = 144.49 dB. */
  @Test
  void anErrorBelowFloatRoundingIsNone() {
    assertThat(Figures.sqnr(144.4)).isEqualTo("144.4");
    assertThat(Figures.sqnr(144.5)).isEqualTo("exact");
    assertThat(Figures.sqnr(Double.POSITIVE_INFINITY)).isEqualTo("exact");
    assertThat(Figures.decibels(40)).isEqualTo("40.0 dB");
    assertThat(Figures.decibels(151.5)).isEqualTo("exact");
    assertThat(Figures.sqnr(OptionalDouble.empty())).isEqualTo(Figures.UNKNOWN);
    assertThat(Figures.whyExact(OptionalDouble.of(151.5)).orElseThrow()).contains("144.5 dB");
    assertThat(Figures.whyExact(OptionalDouble.of(40))).isEmpty();
  }

  @Test
  void unitsAreDecimal() {
    assertThat(Figures.bytes(999)).isEqualTo("999 B");
    assertThat(Figures.bytes(18_432)).isEqualTo("18.4 kB");
    assertThat(Figures.bytes(2_790_000)).isEqualTo("2.79 MB");
    assertThat(Figures.compact(7_530_000)).isEqualTo("7.53 M");
    assertThat(Figures.milliseconds(3.1416)).isEqualTo("3.14 ms");
    assertThat(Figures.percent(0.0101, 2)).isEqualTo("1.01 %");
  }

  @Test
  void realNumbersCanBeTypedBack() {
    for (double value : new double[] {0.4001, -113.6, 1e-7, 0, 12345.678}) {
      double read = Double.parseDouble(Figures.typed(value).replace('−', '-'));
      assertThat(read).isCloseTo(value, org.assertj.core.data.Percentage.withPercentage(0.1));
    }
    assertThat(Figures.scientific(0.000106)).isEqualTo("1.06×10⁻⁴");
    assertThat(Figures.real(-0.0000123456)).isEqualTo("−1.235×10⁻⁵");
    assertThat(Figures.real(-0.4)).isEqualTo("−0.4000");
    assertThat(Figures.significant(0.0000636)).isEqualTo("6.36×10⁻⁵");
    assertThat(Figures.significant(0.000636)).isEqualTo("0.000636");
  }

  @Test
  void thousandthsHaveThreeFiguresUntilTheyAreWhole() {
    assertThat(Figures.thousandths(0.00024)).isEqualTo("0.24");
    assertThat(Figures.thousandths(0.5768)).isEqualTo("577");
    assertThat(Figures.thousandths(0.0577)).isEqualTo("57.7");
    assertThat(Figures.thousandths(-2.0769)).isEqualTo("−2077");
  }

  @Test
  void zeroOnAnAxisHasNoDecimals() {
    assertThat(Figures.tick(0, 1)).isEqualTo("0");
    assertThat(Figures.tick(-0.4, 1)).isEqualTo("−0.4");
  }
}
