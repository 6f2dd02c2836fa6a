package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairingTest {
  private static final float[] FLOATS = {2, 1, 0, 1, 2, 0, 0, 1, 2, 2, 1, 0};

  private static Outcomes outcomes(int... classes) {
    float[] scores = new float[3 * classes.length];
    for (int i = 0; i < classes.length; i++) {
      scores[3 * i + classes[i]] = 1;
    }
    QualityAccumulator all = new QualityAccumulator();
    all.add(new int[] {0, 1, 2, 1}, FLOATS, scores, classes.length);
    return all.outcomes().orElseThrow();
  }

  @Test
  void countsWhatExactlyOneHasRight() {
    // Labels 0, 1, 2, 1.
    Pairing pairing = Pairing.of(outcomes(0, 0, 2, 0), outcomes(0, 1, 1, 2));
    assertThat(pairing.gained()).containsExactly(1);
    assertThat(pairing.lost()).containsExactly(2);
    assertThat(pairing.changed()).containsExactly(1, 2, 3);
    assertThat(pairing.difference()).isZero();
  }
}
