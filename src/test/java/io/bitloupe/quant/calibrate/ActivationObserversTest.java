package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationObserversTest {

  private static final int SAMPLES = 24;
  private static final int SIZE = 700;

  private static Map<String, Tensor> batch(float[] values, int from, int count) {
    float[] part = Arrays.copyOfRange(values, from * SIZE, (from + count) * SIZE);
    return Map.of(
        "x", Tensor.ofFloats(Shape.of(count, 7, 100), part), "ids", Tensor.ofLongs(Shape.of(count), new long[count]));
  }

  @Test
  void calibrationDoesNotDependOnBatchesOrThreads() {
    Random random = new Random(12);
    float[] values = new float[SAMPLES * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
    }
    ActivationObservers whole = new ActivationObservers();
    whole.accept(batch(values, 0, SAMPLES), SAMPLES, 0);
    Calibration expected = whole.toCalibration("digest");
    assertThat(expected.activations()).containsOnlyKeys("x");
    assertThat(expected.samples()).isEqualTo(SAMPLES);
    for (int size : new int[] {1, 2, 3, 8}) {
      ActivationObservers left = new ActivationObservers();
      ActivationObservers right = new ActivationObservers();
      for (int from = SAMPLES - size; from >= 0; from -= size) {
        (from % 2 == 0 ? left : right).accept(batch(values, from, size), size, from);
      }
      right.merge(left);
      assertThat(right.toCalibration("digest")).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  /** Values that belong to a batch as a whole, here of 3 and of 1, are those of no sample. */
  @Test
  void whatIsNotOfSamplesHasNoRangesBySample() {
    ActivationObservers observers = new ActivationObservers();
    Map<String, Tensor> values = Map.of("x", Tensor.ofFloats(Shape.of(1, 2), 1, 2));
    observers.accept(values, 1, 0);
    assertThat(observers.toCalibration("digest").activations().get("x").samples()).hasSize(1);
    observers.accept(values, 3, 1);
    observers.accept(values, 1, 4);
    assertThat(observers.toCalibration("digest").activations().get("x").samples()).isEmpty();
  }
}
