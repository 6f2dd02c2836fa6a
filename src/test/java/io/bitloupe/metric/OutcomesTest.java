package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutcomesTest {
  private static final int[] LABELS = {0, 1, 2};
  private static final float[] FLOATS = {3, 1, 0, 0, 4, 1, 2, 0, 2.5f};
  private static final float[] RUN = {1, 3, 0, 0, 4, 1, 0, 0, 2};

  private static QualityAccumulator accumulated(int... sizes) {
    QualityAccumulator all = new QualityAccumulator();
    int from = 0;
    for (int size : sizes) {
      QualityAccumulator part = new QualityAccumulator();
      part.add(
          Arrays.copyOfRange(LABELS, from, from + size),
          Arrays.copyOfRange(FLOATS, 3 * from, 3 * (from + size)),
          Arrays.copyOfRange(RUN, 3 * from, 3 * (from + size)),
          size);
      all.merge(part);
      from += size;
    }
    return all;
  }

  @Test
  void everySampleWithItsClassesAndMargins() {
    QualityAccumulator all = accumulated(3);
    Outcomes outcomes = all.outcomes().orElseThrow();
    assertThat(outcomes.samples()).isEqualTo(3);
    assertThat(outcomes.floatPredicted(0)).isZero();
    assertThat(outcomes.predicted(0)).isEqualTo(1);
    assertThat(outcomes.isFloatRight(0)).isTrue();
    assertThat(outcomes.isRight(0)).isFalse();
    assertThat(outcomes.margin(0)).isEqualTo(2);
    assertThat(outcomes.floatMargin(2)).isEqualTo(0.5f);
    Quality.Accuracy accuracy = all.snapshot().accuracy().orElseThrow();
    int correct = 0;
    for (int sample = 0; sample < 3; sample++) {
      correct += outcomes.isRight(sample) ? 1 : 0;
    }
    assertThat(accuracy.correct()).isEqualTo(correct);
  }

  @Test
  void batchesMakeNoDifference() {
    assertThat(accumulated(1, 2).outcomes()).isEqualTo(accumulated(3).outcomes());
    assertThat(accumulated(1, 1, 1).outcomes()).isEqualTo(accumulated(3).outcomes());
  }

  @Test
  void withoutLabelsNothingIsRight() {
    QualityAccumulator all = new QualityAccumulator();
    all.add(new int[0], FLOATS, RUN, 3);
    Outcomes outcomes = all.outcomes().orElseThrow();
    assertThat(outcomes.hasLabels()).isFalse();
    assertThat(outcomes.isRight(1)).isFalse();
  }

  @Test
  void outputsThatAreNoClassesHaveNoOutcome() {
    QualityAccumulator all = new QualityAccumulator();
    all.add(new int[0], new float[] {1, 2}, new float[] {1, 2}, 2);
    assertThat(all.outcomes()).isEmpty();
  }
}
