package io.bitloupe.ui.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.compare.CompareRow.Pair;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.view.BarLength;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PairFiguresTest {
  private static final Pair<String> SAME = new Pair<>("8", "8");

  private final PairFigures sizes = new PairFigures(CompareRow::bytes, value -> Figures.fixed(value, 1), BarLength::ofAmount);

  private static CompareRow row(OptionalDouble a, OptionalDouble b) {
    Pair<OptionalDouble> none = new Pair<>(OptionalDouble.empty(), OptionalDouble.empty());
    return new CompareRow(0, "conv", "Conv", SAME, SAME, SAME, SAME, new Pair<>(a, b), none, none);
  }

  @Test
  void figuresOfAColumnAreOfOneWidthAndItsBarsOnOneScale() {
    CompareRow large = row(OptionalDouble.of(100), OptionalDouble.of(25));
    CompareRow small = row(OptionalDouble.of(4), OptionalDouble.of(4.01));
    CompareRow absent = row(OptionalDouble.empty(), OptionalDouble.of(1));
    sizes.fit(List.of(large, small, absent));
    assertThat(sizes.padded(sizes.of(large))).isEqualTo("100.0 → 25.0");
    assertThat(sizes.text(sizes.of(small))).as("they read the same").isEqualTo("4.0");
    assertThat(sizes.padded(sizes.of(small))).hasSameSizeAs("100.0 → 25.0").endsWith("4.0");
    assertThat(sizes.text(sizes.of(absent))).isEqualTo("– → 1.0");
    assertThat(sizes.bar(large.bytes().a())).isEqualTo(1);
    assertThat(sizes.bar(large.bytes().b())).as("a quarter is half as long").isEqualTo(0.5);
    assertThat(sizes.bar(absent.bytes().a())).isZero();
  }

  @Test
  void ratiosAreOnAScaleOfTheirOwn() {
    assertThat(BarLength.ofDecibels(30)).isEqualTo(0.5);
    assertThat(BarLength.ofDecibels(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(BarLength.ofDecibels(-3)).isZero();
    assertThat(BarLength.ofAmount(1, 0)).isZero();
  }
}
