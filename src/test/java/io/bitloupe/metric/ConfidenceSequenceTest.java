package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Intervals that hold whenever one looks, by simulation. */
class ConfidenceSequenceTest {

  private static final long SEED = 20261122;
  private static final int ROUNDS = 400;
  private static final int SAMPLES = 2000;

  /** Shares of samples that are won and lost against float. */
  private static final double[][] FLIPS = {{0, 0}, {0.005, 0.01}, {0.02, 0.02}, {0.05, 0.15}, {0.4, 0.4}, {0, 0.5}};

  private static int flip(Random random, double won, double lost) {
    double chance = random.nextDouble();
    return chance < won ? 1 : chance < won + lost ? -1 : 0;
  }

  @Test
  void holdsTheMeanAtAllTimesNineteenTimesInTwenty() {
    Random random = new Random(SEED);
    for (double[] flips : FLIPS) {
      double mean = flips[0] - flips[1];
      int missed = 0;
      for (int round = 0; round < ROUNDS; round++) {
        ConfidenceSequence sequence = new ConfidenceSequence();
        boolean held = true;
        for (int sample = 0; sample < SAMPLES; sample++) {
          sequence.add(flip(random, flips[0], flips[1]));
          held &= sequence.interval().contains(mean);
        }
        missed += held ? 0 : 1;
      }
      // Three standard deviations of a binomial count above 5 %.
      assertThat(missed)
          .as("%s won, %s lost", flips[0], flips[1])
          .isLessThanOrEqualTo((int) (ROUNDS * 0.05 + 3 * Math.sqrt(ROUNDS * 0.0475)));
    }
  }

  /** The interval of a fixed number of samples, looked at after each of them, does not hold: why there is another. */
  @Test
  void anOrdinaryIntervalDoesNotHoldAtAllTimes() {
    Random random = new Random(SEED);
    int missed = 0;
    for (int round = 0; round < 100; round++) {
      boolean held = true;
      int won = 0;
      int lost = 0;
      for (int sample = 1; sample <= 1000; sample++) {
        int flip = flip(random, 0.4, 0.4);
        won += flip > 0 ? 1 : 0;
        lost += flip < 0 ? 1 : 0;
        held &= sample % 10 != 0 || Intervals.pairedDifference(won, lost, sample).contains(0);
      }
      missed += held ? 0 : 1;
    }
    assertThat(missed).isGreaterThan(10);
  }

  @Test
  void pairedIntervalCoversNineteenTimesInTwenty() {
    Random random = new Random(SEED);
    for (double[] flips : FLIPS) {
      int covered = 0;
      int rounds = 2000;
      for (int round = 0; round < rounds; round++) {
        int won = 0;
        int lost = 0;
        for (int sample = 0; sample < 500; sample++) {
          int flip = flip(random, flips[0], flips[1]);
          won += flip > 0 ? 1 : 0;
          lost += flip < 0 ? 1 : 0;
        }
        covered += Intervals.pairedDifference(won, lost, 500).contains(flips[0] - flips[1]) ? 1 : 0;
      }
      assertThat(covered).as("%s won, %s lost", flips[0], flips[1]).isGreaterThan((int) (rounds * 0.93));
    }
  }

  @Test
  void decidesEarlyAndStaysWithIt() {
    DropDecision decision = new DropDecision(0.02);
    Random random = new Random(SEED);
    int batches = 0;
    while (decision.verdict() == DropDecision.Verdict.OPEN && batches < 40) {
      decision.add(outcomes(random, 32, 0, 0.2));
      batches++;
    }
    assertThat(decision.verdict()).isEqualTo(DropDecision.Verdict.BEYOND);
    assertThat(decision.samples()).isEqualTo(32 * batches).isLessThan(1000);
    assertThat(decision.interval().high()).isLessThan(-0.02);
    decision.add(outcomes(random, 5000, 0, 0));
    assertThat(decision.samples()).isEqualTo(32 * batches);
    DropDecision same = new DropDecision(0.02);
    same.add(outcomes(random, 3000, 0, 0));
    assertThat(same.verdict()).isEqualTo(DropDecision.Verdict.WITHIN);
  }

  private static Outcomes outcomes(Random random, int samples, double won, double lost) {
    OutcomeRecorder recorder = new OutcomeRecorder();
    for (int sample = 0; sample < samples; sample++) {
      int flip = flip(random, won, lost);
      float[] right = {1, 0};
      float[] wrong = {0, 1};
      recorder.add(new int[] {0}, flip > 0 ? wrong : right, flip < 0 ? wrong : right, 1);
    }
    return recorder.outcomes().orElseThrow();
  }
}
