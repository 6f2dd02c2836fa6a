package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalsTest {

  private static final long SEED = 20261122;

  @Test
  void wilsonOfKnownCases() {
    // Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 1998, table I, method 3.
    assertInterval(Intervals.wilson(81, 263), .2553, .3662);
    assertInterval(Intervals.wilson(15, 148), .0624, .1605);
    assertInterval(Intervals.wilson(0, 20), 0, .1611);
    assertInterval(Intervals.wilson(1, 29), .0061, .1718);
    assertThat(Intervals.wilson(20, 20).high()).isEqualTo(1);
    assertInterval(Intervals.wilson(0, 0), 0, 1);
  }

  private static void assertInterval(Interval interval, double low, double high) {
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
  }

  @Test
  void pairedIntervalWithoutFlipsIsThatOfTheRuleOfZSquared() {
    double z2 = Intervals.Z95 * Intervals.Z95;
    for (int pairs : new int[] {1, 10, 100, 10_000}) {
      Interval interval = Intervals.pairedDifference(0, 0, pairs);
      assertThat(interval.high()).isCloseTo(z2 / (pairs + z2), within(1e-9));
      assertThat(interval.low()).isCloseTo(-z2 / (pairs + z2), within(1e-9));
    }
    assertThat(Intervals.pairedDifference(0, 0, 0)).isEqualTo(new Interval(-1, 1));
  }

  @Test
  void pairedIntervalHoldsTheEstimateAndIsMirrored() {
    Random random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      int pairs = 1 + random.nextInt(300);
      int gained = random.nextInt(pairs + 1);
      int lost = random.nextInt(pairs - gained + 1);
      Interval interval = Intervals.pairedDifference(gained, lost, pairs);
      Interval mirrored = Intervals.pairedDifference(lost, gained, pairs);
      double difference = (double) (gained - lost) / pairs;
      assertThat(interval.low()).as("seed %d: %d %d %d", SEED, gained, lost, pairs).isBetween(-1.0, difference + 1e-12);
      assertThat(interval.high()).isBetween(difference - 1e-12, 1.0);
      assertThat(mirrored.low()).isCloseTo(-interval.high(), within(1e-9));
      assertThat(mirrored.high()).isCloseTo(-interval.low(), within(1e-9));
    }
  }

  @Test
  void pairedIntervalApproachesTheNormalOneForManyFlips() {
    int pairs = 1_000_000;
    Interval interval = Intervals.pairedDifference(30_000, 50_000, pairs);
    double standardError = Math.sqrt(0.08 - 0.02 * 0.02) / Math.sqrt(pairs);
    assertThat(interval.low()).isCloseTo(-0.02 - 1.96 * standardError, within(2e-6));
    assertThat(interval.high()).isCloseTo(-0.02 + 1.96 * standardError, within(2e-6));
  }

  @Test
  void wilsonCoversNineteenTimesInTwenty() {
    Random random = new Random(SEED);
    for (double share : new double[] {0.5, 0.886, 0.9, 0.99}) {
      for (int trials : new int[] {32, 744}) {
        int covered = 0;
        int rounds = 4000;
        for (int round = 0; round < rounds; round++) {
          int successes = 0;
          for (int trial = 0; trial < trials; trial++) {
            successes += random.nextDouble() < share ? 1 : 0;
          }
          covered += Intervals.wilson(successes, trials).contains(share) ? 1 : 0;
        }
        assertThat((double) covered / rounds).as("seed %d: %s of %d", SEED, share, trials).isBetween(0.92, 0.985);
      }
    }
  }

  @Test
  void pairedIntervalCoversNineteenTimesInTwenty() {
    Random random = new Random(SEED);
    double[][] flips = {{0.01, 0.01}, {0.005, 0.02}, {0.1, 0.15}, {0.002, 0.004}, {0, 0.03}};
    for (double[] flip : flips) {
      for (int pairs : new int[] {32, 744}) {
        int covered = 0;
        int rounds = 4000;
        for (int round = 0; round < rounds; round++) {
          int gained = 0;
          int lost = 0;
          for (int pair = 0; pair < pairs; pair++) {
            double outcome = random.nextDouble();
            gained += outcome < flip[0] ? 1 : 0;
            lost += outcome >= flip[0] && outcome < flip[0] + flip[1] ? 1 : 0;
          }
          covered += Intervals.pairedDifference(gained, lost, pairs).contains(flip[0] - flip[1]) ? 1 : 0;
        }
        assertThat((double) covered / rounds)
            .as("seed %d: %s and %s of %d", SEED, flip[0], flip[1], pairs)
            .isBetween(0.925, 1.0);
      }
    }
  }

  @Test
  void refusesImpossibleCounts() {
    assertThatThrownBy(() -> Intervals.wilson(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Intervals.pairedDifference(2, 2, 3)).isInstanceOf(IllegalArgumentException.class);
  }
}
