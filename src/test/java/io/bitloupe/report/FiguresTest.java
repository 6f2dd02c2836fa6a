package io.bitloupe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B", "999, 999 B", "1000, 1.00 kB", "99949, 99.95 kB", "168900, 168.9 kB", "999960, 1.00 MB", "583336, 583.3 kB",
    "13969745, 13.97 MB", "5000000000, 5.00 GB"
  })
  void bytes(long bytes, String expected) {
    assertThat(Figures.bytes(bytes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.001, +0.10", "-0.0013, −0.13", "0, 0.00", "-0.00001, 0.00", "0.00001, 0.00"})
  void points(double difference, String expected) {
    assertThat(Figures.points(difference)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.5, 0.5000", "123.456, 123.5", "-0.001234, −0.001234", "1234567, 1.235e+06", "0.00001, 1.000e-05"})
  void reals(double value, String expected) {
    assertThat(Figures.real(value)).isEqualTo(expected);
  }

  @Test
  void whatIsNotThere() {
    assertThat(Figures.decibels(Double.POSITIVE_INFINITY)).isEqualTo("∞");
    assertThat(Figures.milliseconds(OptionalDouble.empty())).isEqualTo(Figures.NONE);
    assertThat(Figures.bits(32)).isEqualTo("float");
    assertThat(Figures.bits(0)).isEqualTo(Figures.NONE);
    assertThat(Figures.percent(0.92764)).isEqualTo("92.76 %");
    assertThat(Figures.large(7_832_400)).isEqualTo("7.83 M");
  }

  @Test
  void axesHaveRoundTicks() {
    Axis axis = Axis.around(81.3, 94.1, 300, 40);
    assertThat(axis.low()).isLessThanOrEqualTo(81.3);
    assertThat(axis.high()).isGreaterThanOrEqualTo(94.1);
    assertThat(axis.ticks()).hasSizeBetween(4, 8);
    assertThat(axis.ticks().stream().map(axis::label)).doesNotHaveDuplicates();
    assertThat(axis.pixel(axis.low())).isEqualTo(300);
    assertThat(axis.pixel(axis.high())).isEqualTo(40);
    assertThat(Axis.around(5, 5, 0, 1).high()).isGreaterThan(5);
    assertThat(Axis.around(0, 0, 0, 1).ticks()).hasSizeGreaterThan(1);
  }

  @Test
  void frontOfATradeOff() {
    List<ParetoFront.Point> points =
        List.of(
            new ParetoFront.Point(1, 10),
            new ParetoFront.Point(2, 30),
            new ParetoFront.Point(3, 20),
            new ParetoFront.Point(4, 40),
            new ParetoFront.Point(4, 40),
            new ParetoFront.Point(4, 39));
    assertThat(ParetoFront.of(points)).containsExactly(true, true, false, true, true, false);
  }
}
