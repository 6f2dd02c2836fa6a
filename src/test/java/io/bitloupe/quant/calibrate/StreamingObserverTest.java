package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamingObserverTest {

  private static TensorStatistics observe(float[]... chunks) {
    StreamingObserver observer = new StreamingObserver();
    for (float[] chunk : chunks) {
      observer.accept(chunk);
    }
    return observer.statistics();
  }

  /** Chunks whose magnitudes span many powers of two, with zeros and values on bin edges. */
  private static List<float[]> chunks(long seed) {
    Random random = new Random(seed);
    List<float[]> chunks = new ArrayList<>();
    for (int chunk = 0; chunk < 12; chunk++) {
      float[] values = new float[1 + random.nextInt(3000)];
      float scale = Math.scalb(1f, random.nextInt(-30, 20));
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (random.nextInt(6)) {
              case 0 -> random.nextBoolean() ? 0f : -0f;
              case 1 -> scale * random.nextInt(-64, 64) / 64f;
              default -> scale * (float) random.nextGaussian();
            };
      }
      chunks.add(values);
    }
    return chunks;
  }

  private static void assertSame(TensorStatistics actual, TensorStatistics expected, String what) {
    assertThat(actual).as(what).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void resultsDoNotDependOnTheOrderOfChunksOrOnWhoSawThem() {
    long seed = 42;
    Random random = new Random(seed);
    List<float[]> chunks = chunks(seed);
    TensorStatistics expected = observe(chunks.toArray(float[][]::new));
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(chunks, random);
      assertSame(observe(chunks.toArray(float[][]::new)), expected, "order");
      List<StreamingObserver> threads = List.of(new StreamingObserver(), new StreamingObserver(), new StreamingObserver());
      chunks.forEach(chunk -> threads.get(random.nextInt(3)).accept(chunk));
      StreamingObserver merged = new StreamingObserver();
      threads.forEach(merged::merge);
      assertSame(merged.statistics(), expected, "merged, seed " + seed);
    }
  }

  @Test
  void countsEveryValueInTheBinItLiesIn() {
    List<float[]> chunks = chunks(3);
    TensorStatistics statistics = observe(chunks.toArray(float[][]::new));
    Histogram histogram = statistics.histogram();
    long[] expected = new long[histogram.bins()];
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    long zeros = 0;
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (float[] chunk : chunks) {
      for (float value : chunk) {
        double magnitude = Math.floor(Math.abs((double) value) / histogram.width());
        double bin = value < 0 ? -1 - magnitude : magnitude;
        expected[(int) (bin - histogram.low() / histogram.width())]++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        zeros += value == 0 ? 1 : 0;
        sum += value;
        squares += (double) value * value;
        count++;
      }
    }
    assertThat(histogram.counts()).isEqualTo(expected);
    assertThat(histogram.total()).isEqualTo(count);
    assertThat(statistics.count()).isEqualTo(count);
    assertThat(statistics.min()).isEqualTo(min);
    assertThat(statistics.max()).isEqualTo(max);
    assertThat(statistics.zeroShare()).isEqualTo((double) zeros / count);
    assertThat(statistics.mean()).isCloseTo(sum / count, within(1e-9 * max));
    double variance = squares / count - sum / count * (sum / count);
    assertThat(statistics.standardDeviation()).isCloseTo(Math.sqrt(variance), within(1e-9 * max));
  }

  @Test
  void usesAtLeastHalfOfTheBinsOfTheLargerSide() {
    for (float max : new float[] {1e-20f, 0.999f, 1, 1.001f, 6, 1e30f, Float.MAX_VALUE}) {
      Histogram histogram = observe(new float[] {0, max / 3, max}).histogram();
      assertThat(histogram.bins()).isBetween(StreamingObserver.BINS_PER_SIDE / 2, StreamingObserver.BINS_PER_SIDE);
      assertThat(histogram.high()).isGreaterThan(max);
    }
  }

  @Test
  void meanAbsoluteDeviationIsCloseToTheExactOne() {
    Random random = new Random(9);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, (float) random.nextGaussian());
    }
    assertThat(observe(values).meanAbsoluteDeviation())
        .isCloseTo(new ExactDistribution(values).meanAbsoluteDeviation(), within(1e-4));
  }

  @Test
  void infinitiesAndNanAreCountedApart() {
    float[] values = {1, Float.NaN, -2, Float.POSITIVE_INFINITY, 0, Float.NEGATIVE_INFINITY, -0f};
    TensorStatistics statistics = observe(values);
    assertThat(statistics.nonFinite()).isEqualTo(3);
    assertThat(statistics.count()).isEqualTo(4);
    assertThat(statistics.min()).isEqualTo(-2);
    assertThat(statistics.max()).isEqualTo(1);
    assertThat(statistics.mean()).isEqualTo(-0.25);
    assertThat(statistics.zeroShare()).isEqualTo(0.5);
    assertThat(observe(new float[] {Float.NaN}).count()).isZero();
  }

  @Test
  void smallestAndGreatestFloatsAreCounted() {
    TensorStatistics tiny = observe(new float[] {Float.MIN_VALUE, -Float.MIN_VALUE, 0});
    assertThat(tiny.count()).isEqualTo(3);
    assertThat(tiny.zeroShare()).isEqualTo(1 / 3.0);
    assertThat(tiny.histogram().total()).isEqualTo(3);
    TensorStatistics huge = observe(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE});
    assertThat(huge.histogram().total()).isEqualTo(2);
    assertThat(huge.mean()).isZero();
    assertThat(huge.standardDeviation()).isCloseTo(Float.MAX_VALUE, within(1e25));
  }

  @Test
  void nothingSeenIsAnEmptyHistogram() {
    TensorStatistics nothing = observe(new float[0]);
    assertThat(nothing.count()).isZero();
    assertThat(nothing.histogram().total()).isZero();
    assertThat(nothing.min()).isZero();
  }

  @Test
  void onlyTheGivenStretchIsSeen() {
    StreamingObserver observer = new StreamingObserver();
    float[] values = new float[5000];
    Arrays.fill(values, 100);
    Arrays.fill(values, 1000, 3000, 2);
    observer.accept(values, 1000, 3000);
    assertThat(observer.statistics().max()).isEqualTo(2);
    assertThat(observer.statistics().count()).isEqualTo(2000);
    assertThat(observer.statistics().standardDeviation()).isZero();
  }
}
