package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {

  @Test
  void orderIsAllThatCounts() {
    assertThat(RankCorrelation.spearman(new double[] {1, 2, 3, 4}, new double[] {1, 10, 1000, 1e9})).isEqualTo(1);
    assertThat(RankCorrelation.spearman(new double[] {1, 2, 3, 4}, new double[] {4, 3, 2, 1})).isEqualTo(-1);
    // d = (0, 1, -1, 0): 1 - 6 * 2 / (4 * 15)
    assertThat(RankCorrelation.spearman(new double[] {1, 2, 3, 4}, new double[] {1, 3, 2, 4})).isCloseTo(0.8, within(1e-12));
  }

  @Test
  void equalFiguresShareTheirRanks() {
    // Ranks 1.5 1.5 3 and 1 2 3: covariance 1.5, variances 1.5 and 2.
    assertThat(RankCorrelation.spearman(new double[] {5, 5, 6}, new double[] {1, 2, 3})).isCloseTo(1.5 / Math.sqrt(3), within(1e-12));
    assertThat(RankCorrelation.spearman(new double[] {5, 5, 5}, new double[] {1, 2, 3})).isNaN();
    assertThat(RankCorrelation.spearman(new double[0], new double[0])).isNaN();
  }
}
