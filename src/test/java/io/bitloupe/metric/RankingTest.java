package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static final float NAN = Float.NaN;

  @Test
  void ofEqualScoresTheLowerIndexWins() {
    float[] scores = {9, 1, 3, 3, 2, 3};
    assertThat(Ranking.top1(scores, 1, 5)).isEqualTo(1);
    assertThat(Ranking.rank(scores, 1, 5, 1)).isZero();
    assertThat(Ranking.rank(scores, 1, 5, 2)).isEqualTo(1);
    assertThat(Ranking.rank(scores, 1, 5, 4)).isEqualTo(2);
    assertThat(Ranking.rank(scores, 1, 5, 3)).isEqualTo(3);
    assertThat(Ranking.rank(scores, 1, 5, 0)).isEqualTo(4);
  }

  @Test
  void nanLosesToEveryNumber() {
    assertThat(Ranking.top1(new float[] {NAN, Float.NEGATIVE_INFINITY, NAN}, 0, 3)).isEqualTo(1);
    assertThat(Ranking.top1(new float[] {NAN, NAN}, 0, 2)).isZero();
    assertThat(Ranking.rank(new float[] {NAN, 1, NAN}, 0, 3, 2)).isEqualTo(2);
  }

  @Test
  void ranksAreAPermutationThatStartsWithTheFirstClass() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      float[] scores = new float[8];
      for (int i = 0; i < 8; i++) {
        scores[i] = random.nextInt(5) == 0 ? NAN : random.nextInt(4);
      }
      boolean[] seen = new boolean[8];
      for (int label = 0; label < 8; label++) {
        seen[Ranking.rank(scores, 0, 8, label)] = true;
      }
      assertThat(seen).doesNotContain(false);
      assertThat(Ranking.rank(scores, 0, 8, Ranking.top1(scores, 0, 8))).isZero();
    }
  }

  @Test
  void divergenceOfLogits() {
    float[] reference = {7, 1, 2, 3};
    assertThat(Divergence.ofLogits(reference, reference, 1, 3)).isZero();
    assertThat(Divergence.ofLogits(reference, new float[] {0, 101, 102, 103}, 1, 3)).isCloseTo(0, within(1e-9));
    // p = (1/2, 1/2), q = (1/4, 3/4): log 2 - log 3 / 2
    float third = (float) Math.log(3);
    assertThat(Divergence.ofLogits(new float[] {0, 0}, new float[] {0, third}, 0, 2))
        .isCloseTo(Math.log(2) - Math.log(3) / 2, within(1e-7));
    assertThat(Divergence.ofProbabilities(new float[] {.5f, .5f}, new float[] {.25f, .75f}, 0, 2))
        .isCloseTo(Math.log(2) - Math.log(3) / 2, within(1e-7));
    assertThat(Divergence.ofProbabilities(new float[] {1, 0}, new float[] {0, 1}, 0, 2)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Divergence.ofLogits(new float[] {1000, -1000}, new float[] {1000, -1000}, 0, 2)).isZero();
  }
}
