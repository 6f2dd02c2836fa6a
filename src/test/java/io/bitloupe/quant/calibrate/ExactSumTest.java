package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactSumTest {

  private static double sum(List<Double> terms) {
    ExactSum sum = new ExactSum();
    terms.forEach(sum::add);
    return sum.value();
  }

  @Test
  void equalsTheRoundedExactSumInAnyOrderAndGrouping() {
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Double> terms = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(50); i++) {
        double term = Math.scalb(random.nextGaussian(), random.nextInt(-1070, 1000) / (1 + round % 20));
        terms.add(term);
        if (random.nextBoolean()) {
          terms.add(-term * (random.nextInt(4) == 0 ? 1 + 1e-15 : 1));
        }
      }
      double expected = terms.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue();
      assertThat(sum(terms)).as("seed %d, round %d", seed, round).isEqualTo(expected);
      Collections.shuffle(terms, random);
      ExactSum left = new ExactSum();
      ExactSum right = new ExactSum();
      terms.forEach(term -> (random.nextBoolean() ? left : right).add(term));
      left.add(right);
      assertThat(left.value()).isEqualTo(expected);
    }
  }

  @Test
  void handlesTheEndsOfTheRange() {
    assertThat(sum(List.of())).isZero();
    assertThat(sum(List.of(Double.MIN_VALUE, Double.MIN_VALUE))).isEqualTo(2 * Double.MIN_VALUE);
    assertThat(sum(List.of(Double.MAX_VALUE, -Double.MAX_VALUE, 1.0))).isEqualTo(1);
    assertThat(sum(List.of(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE))).isEqualTo(Double.MAX_VALUE);
    assertThat(sum(List.of(Double.MAX_VALUE, Double.MAX_VALUE))).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(sum(List.of(-1e-300, -3e300))).isEqualTo(-3e300);
    assertThat(sum(List.of(1.0, Double.NEGATIVE_INFINITY))).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(sum(List.of(1.0, Double.NaN))).isNaN();
  }
}
