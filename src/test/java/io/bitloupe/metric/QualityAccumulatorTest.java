package io.bitloupe.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QualityAccumulatorTest {

  private static final int CLASSES = 7;
  private static final int SAMPLES = 60;

  private static Quality measure(int[] labels, float[] reference, float[] output, List<int[]> batches) {
    QualityAccumulator whole = new QualityAccumulator();
    for (int[] batch : batches) {
      QualityAccumulator part = new QualityAccumulator();
      part.add(
          Arrays.copyOfRange(labels, batch[0], batch[0] + batch[1]),
          Arrays.copyOfRange(reference, batch[0] * CLASSES, (batch[0] + batch[1]) * CLASSES),
          Arrays.copyOfRange(output, batch[0] * CLASSES, (batch[0] + batch[1]) * CLASSES),
          batch[1]);
      whole.merge(part);
    }
    return whole.snapshot();
  }

  @Test
  void resultsDoNotDependOnBatchesOrTheirOrder() {
    long seed = 5;
    Random random = new Random(seed);
    float[] reference = new float[SAMPLES * CLASSES];
    float[] output = new float[reference.length];
    int[] labels = random.ints(SAMPLES, 0, CLASSES).toArray();
    for (int i = 0; i < reference.length; i++) {
      reference[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian()));
      output[i] = Math.round(reference[i] * 4) / 4f;
    }
    Quality expected = measure(labels, reference, output, List.of(new int[] {0, SAMPLES}));
    assertThat(expected.accuracy()).isPresent();
    for (int size : new int[] {1, 2, 5, 12}) {
      List<int[]> batches = new ArrayList<>();
      for (int first = 0; first < SAMPLES; first += size) {
        batches.add(new int[] {first, size});
      }
      Collections.shuffle(batches, random);
      assertThat(measure(labels, reference, output, batches)).as("seed %d, batches of %d", seed, size).isEqualTo(expected);
    }
  }

  @Test
  void countsFlipsAndTopFive() {
    float[] reference = {9, 1, 0, 0, 0, 0, /**/ 9, 1, 0, 0, 0, 0, /**/ 1, 9, 0, 0, 0, 0, /**/ 0, 1, 2, 3, 4, 5};
    float[] output = {8, 1, 0, 0, 0, 0, /**/ 1, 8, 0, 0, 0, 0, /**/ 8, 1, 0, 0, 0, 0, /**/ 5, 4, 3, 2, 1, 0};
    QualityAccumulator accumulator = new QualityAccumulator();
    accumulator.add(new int[] {0, 0, 0, 5}, reference, output, 4);
    Quality quality = accumulator.snapshot();
    Quality.Accuracy accuracy = quality.accuracy().orElseThrow();
    assertThat(accuracy.correct()).isEqualTo(2);
    assertThat(accuracy.correctFloat()).isEqualTo(3);
    assertThat(accuracy.flippedToWrong()).isEqualTo(2);
    assertThat(accuracy.flippedToRight()).isEqualTo(1);
    assertThat(accuracy.correctTop5()).isEqualTo(3);
    assertThat(quality.agreementFloat()).isEqualTo(0.25);
    assertThat(quality.headline()).isEqualTo(0.5);
    assertThat(accuracy.deltaInterval().contains(-0.25)).isTrue();
  }

  @Test
  void withoutLabelsAgreementStandsIn() {
    QualityAccumulator accumulator = new QualityAccumulator();
    accumulator.add(new int[0], new float[] {1, 0, 0, 1}, new float[] {1, 0, 1, 0}, 2);
    Quality quality = accumulator.snapshot();
    assertThat(quality.accuracy()).isEmpty();
    assertThat(quality.headline()).isEqualTo(0.5);
    assertThat(quality.outputCosine()).isEqualTo(0.5);
    assertThat(quality.outputSqnrDb()).isCloseTo(0, within(1e-12));
  }

  @Test
  void equalOutputsHaveNoNoise() {
    QualityAccumulator accumulator = new QualityAccumulator();
    accumulator.add(new int[0], new float[] {1, 2, 0, 0}, new float[] {1, 2, 0, 0}, 2);
    assertThat(accumulator.snapshot().outputSqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(accumulator.snapshot().outputCosine()).isEqualTo(1);
    assertThat(accumulator.snapshot().agreementFloat()).isEqualTo(1);
  }

  @Test
  void nothingYetIsUnknown() {
    Quality quality = new QualityAccumulator().snapshot();
    assertThat(quality.samples()).isZero();
    assertThat(quality.accuracy()).isEmpty();
    assertThat(quality.agreementInterval()).isEqualTo(new Interval(0, 1));
  }

  @Test
  void refusesMismatchedArrays() {
    QualityAccumulator accumulator = new QualityAccumulator();
    assertThatThrownBy(() -> accumulator.add(new int[1], new float[4], new float[4], 2)).hasMessageContaining("1 labels");
    assertThatThrownBy(() -> accumulator.add(new int[0], new float[4], new float[2], 2)).hasMessageContaining("4 and 2 values");
  }
}
