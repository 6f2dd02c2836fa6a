package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The worked numbers of techniques.md A2, and what must hold of every range. */
class RangeEstimatorTest {

  private static final IntegerFormat INT8 = IntegerFormat.weights(8);
  private static final List<RangeMethod> METHODS =
      List.of(
          new RangeMethod.MinMax(),
          new RangeMethod.Percentile(99.99),
          new RangeMethod.Mse(),
          new RangeMethod.Omse(),
          new RangeMethod.PNorm(2.4),
          new RangeMethod.MovingAverage(0.9),
          new RangeMethod.Entropy(),
          new RangeMethod.Aciq());
  private static final List<IntegerFormat> FORMATS =
      List.of(
          IntegerFormat.weights(1),
          IntegerFormat.weights(3),
          INT8,
          IntegerFormat.activations(1),
          IntegerFormat.activations(4),
          IntegerFormat.activations(8),
          IntegerFormat.activations(16),
          new IntegerFormat(8, true, Scheme.ASYMMETRIC),
          new IntegerFormat(8, false, Scheme.SYMMETRIC));

  /** A million values of |N(0, 1)|, expected counts rounded, in 2048 bins up to {@code max}. */
  private static TensorStatistics halfNormal(double max, long inTopBin) {
    int bins = 2048;
    double width = max / bins;
    long[] counts = new long[bins];
    for (int bin = 0; bin < bins; bin++) {
      counts[bin] = Math.round(1e6 * 2 * (Gaussian.tail(bin * width) - Gaussian.tail((bin + 1) * width)));
    }
    counts[bins - 1] += inTopBin;
    return statistics(new Histogram(0, width, counts), 0, (float) max);
  }

  private static TensorStatistics statistics(Histogram histogram, float min, float max) {
    double mean = 0;
    double square = 0;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      double share = (double) histogram.counts()[bin] / histogram.total();
      mean += share * histogram.center(bin);
      square += share * histogram.center(bin) * histogram.center(bin);
    }
    double std = Math.sqrt(square - mean * mean);
    return new TensorStatistics(histogram.total(), 0, min, max, mean, std, 0.8 * std, 0, histogram, List.of());
  }

  private static TensorStatistics observed(float[] values) {
    StreamingObserver observer = new StreamingObserver();
    observer.accept(values);
    return observer.statistics();
  }

  private static float threshold(RangeMethod method, TensorStatistics statistics) {
    return RangeEstimator.estimate(method, statistics, INT8).max();
  }

  private static float[] gaussian(long seed, int count, double std) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return values;
  }

  @Test
  void entropyThresholdOfHalfNormalValues() {
    assertThat(threshold(new RangeMethod.Entropy(), halfNormal(10, 0))).isEqualTo(4.229f, within(0.0005f));
  }

  @Test
  void outliersMoveMseButHardlyEntropyAndPercentile() {
    TensorStatistics outliers = halfNormal(50, 5);
    assertThat(threshold(new RangeMethod.Entropy(), outliers)).isEqualTo(4.590f, within(0.0005f));
    assertThat(threshold(new RangeMethod.Percentile(99.99), outliers)).isEqualTo(3.88f, within(0.005f));
    // 24.8 is the best of all bin edges for values in the middle of their bins; the grid has 1 % of 50 between candidates.
    assertThat(threshold(new RangeMethod.Mse(), outliers)).isEqualTo(24.8f, within(0.5f));
  }

  @Test
  void mseOfValuesInTheMiddleOfTheirBinsIsLeastAt24Point8() {
    Histogram histogram = halfNormal(50, 5).histogram();
    double best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int edge = 128; edge <= 2048; edge++) {
      double bound = histogram.edge(edge);
      SquaredError error = new SquaredError(Affine.of(new Range((float) -bound, (float) bound), INT8), INT8);
      double sum = 0;
      for (int bin = 0; bin < 2048; bin++) {
        sum += histogram.counts()[bin] * error.at(histogram.center(bin));
      }
      if (sum < least) {
        least = sum;
        best = bound;
      }
    }
    assertThat(best).isCloseTo(24.8, within(0.05));
  }

  @Test
  void entropyKeepsTheFullRangeOfUniformValues() {
    long[] counts = new long[2048];
    Arrays.fill(counts, 500);
    TensorStatistics uniform = statistics(new Histogram(0, 1 / 2048.0, counts), 0, 1);
    assertThat(threshold(new RangeMethod.Entropy(), uniform)).isEqualTo(1);
  }

  @Test
  void oneOutlierMultipliesTheMinMaxScale() {
    float[] values = gaussian(4, 10_000, 1);
    float before = RangeEstimator.estimate(new RangeMethod.MinMax(), values, INT8).max();
    values[17] = 100 * before;
    assertThat(RangeEstimator.estimate(new RangeMethod.MinMax(), values, INT8).max()).isEqualTo(100 * before);
  }

  @Test
  void percentileClipsItsShare() {
    float[] values = gaussian(5, 20_000, 3);
    for (double percent : new double[] {50, 90, 99, 99.9, 99.99, 100}) {
      float bound = RangeEstimator.estimate(new RangeMethod.Percentile(percent), values, INT8).max();
      int clipped = 0;
      for (float value : values) {
        clipped += Math.abs(value) > bound ? 1 : 0;
      }
      assertThat(clipped / 20_000.0).isCloseTo(1 - percent / 100, within(1 / 20_000.0));
      float streamed = RangeEstimator.estimate(new RangeMethod.Percentile(percent), observed(values), INT8).max();
      assertThat(streamed).isCloseTo(bound, within((float) observed(values).histogram().width()));
    }
  }

  @Test
  void mseEqualsBruteForceAndIsNeverWorseThanMinMax() {
    for (long seed = 0; seed < 10; seed++) {
      float[] values = gaussian(seed, 777, 1);
      values[0] = 5 + seed;
      for (IntegerFormat format : List.of(IntegerFormat.weights(2), IntegerFormat.weights(4), IntegerFormat.activations(4))) {
        Range full = RangeEstimator.estimate(new RangeMethod.MinMax(), values, format);
        Range found = RangeEstimator.estimate(new RangeMethod.Mse(), values, format);
        double least = Double.POSITIVE_INFINITY;
        for (int percent = 100; percent > 20; percent--) {
          float share = percent / 100f;
          least = Math.min(least, bruteForce(values, new Range(full.min() * share, full.max() * share), format));
        }
        assertThat(bruteForce(values, found, format)).as("seed %d %s", seed, format).isCloseTo(least, within(1e-9 * least));
        assertThat(bruteForce(values, found, format)).isLessThanOrEqualTo(bruteForce(values, full, format));
      }
    }
  }

  private static double bruteForce(float[] values, Range range, IntegerFormat format) {
    Affine affine = Affine.of(range, format);
    double sum = 0;
    for (float value : values) {
      double difference = value - (double) affine.dequantize(affine.quantize(value, format));
      sum += difference * difference;
    }
    return sum;
  }

  @Test
  void histogramAndValuesAgree() {
    float[] values = gaussian(6, 300_000, 2);
    float[] rectified = values.clone();
    for (int i = 0; i < rectified.length; i++) {
      rectified[i] = Math.clamp(rectified[i], 0f, 6f);
    }
    for (float[] sample : List.of(values, rectified)) {
      for (RangeMethod method : METHODS.stream().filter(it -> !(it instanceof RangeMethod.PNorm)).toList()) {
        for (IntegerFormat format : FORMATS) {
          Range exact = RangeEstimator.estimate(method, sample, format);
          Range streamed = RangeEstimator.estimate(method, observed(sample), format);
          float tolerance = method instanceof RangeMethod.Entropy ? 0.8f : 0.1f;
          assertThat(streamed.max()).as("%s %s", method, format).isCloseTo(exact.max(), within(tolerance));
          assertThat(streamed.min()).as("%s %s", method, format).isCloseTo(exact.min(), within(tolerance));
        }
      }
    }
  }

  @Test
  void everyRangeHoldsZeroAndLiesWithinTheValues() {
    List<float[]> samples =
        List.of(
            new float[] {0},
            new float[] {0, 0, 0},
            new float[] {5, 5, 5},
            new float[] {-3},
            new float[] {1e-30f, 2e-30f},
            new float[] {-1e30f, 1e30f, 0},
            new float[] {Float.MIN_VALUE},
            gaussian(7, 100, 1),
            sparse());
    for (float[] sample : samples) {
      float min = 0;
      float max = 0;
      for (float value : sample) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      float magnitude = Math.max(max, -min);
      for (RangeMethod method : METHODS) {
        for (IntegerFormat format : FORMATS) {
          for (Range range :
              List.of(
                  RangeEstimator.estimate(method, sample, format),
                  RangeEstimator.estimate(method, observed(sample), format))) {
            boolean symmetric = format.signed() && format.scheme() == Scheme.SYMMETRIC;
            assertThat(range.min()).as("%s %s %s", method, format, Arrays.toString(sample)).isBetween(symmetric ? -magnitude : min, 0f);
            assertThat(range.max()).isBetween(0f, symmetric ? magnitude : max);
            assertThat(range.magnitude() > 0).as("%s %s of %s", method, format, magnitude).isEqualTo(magnitude > 0);
            assertThat(Affine.of(range, format).scale()).isPositive();
          }
        }
      }
    }
  }

  private static float[] sparse() {
    float[] values = new float[100_000];
    values[3] = 1;
    return values;
  }

  @Test
  void explicitRangesAreTakenAsTheyAre() {
    RangeMethod explicit = new RangeMethod.Explicit(-1, 2);
    assertThat(RangeEstimator.estimate(explicit, new float[] {7}, INT8)).isEqualTo(new Range(-1, 2));
    assertThat(RangeEstimator.estimate(explicit, observed(new float[] {7}), INT8)).isEqualTo(new Range(-1, 2));
  }

  @Test
  void dynamicRangesAreForActivations() {
    assertThat(RangeEstimator.estimate(new RangeMethod.Dynamic(), observed(new float[] {7, -1}), IntegerFormat.activations(8)))
        .isEqualTo(new Range(-1, 7));
    assertThatThrownBy(() -> RangeEstimator.estimate(new RangeMethod.Dynamic(), new float[] {7}, INT8))
        .hasMessageContaining("activations");
  }

  /** techniques.md: β ← m β + (1 - m) max; with an outlier in one sample it hardly moves where min-max multiplies. */
  @Test
  void movingAveragesForgetOutliers() {
    StreamingObserver first = new StreamingObserver();
    StreamingObserver second = new StreamingObserver();
    for (int sample = 0; sample < 50; sample++) {
      float[] values = {-1, sample == 20 ? 100 : 1};
      (sample % 2 == 0 ? first : second).accept(values, 0, 2, sample);
    }
    second.merge(first);
    TensorStatistics statistics = second.statistics();
    double expected = 1;
    for (int sample = 1; sample < 50; sample++) {
      expected = 0.9 * expected + 0.1 * (sample == 20 ? 100 : 1);
    }
    Range range = RangeEstimator.estimate(new RangeMethod.MovingAverage(0.9), statistics, IntegerFormat.activations(8));
    assertThat(range.max()).isCloseTo((float) expected, within(1e-5f)).isLessThan(1.5f);
    assertThat(range.min()).isEqualTo(-1);
    assertThat(RangeEstimator.estimate(new RangeMethod.MinMax(), statistics, IntegerFormat.activations(8)).max()).isEqualTo(100);
  }

  /** techniques.md: never worse than min-max, and the least of the grid, in the norm that is asked for. */
  @Test
  void normsEqualBruteForce() {
    Random random = new Random(17);
    float[] values = new float[2000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(random.nextGaussian()));
    }
    ExactDistribution exact = new ExactDistribution(values);
    IntegerFormat format = IntegerFormat.weights(4);
    for (double exponent : new double[] {1, 2.4, 4}) {
      Range found = RangeEstimator.estimate(new RangeMethod.PNorm(exponent), values, format);
      double least = Double.POSITIVE_INFINITY;
      Range best = found;
      for (int step = 0; step < RangeEstimator.MSE_STEPS; step++) {
        Range candidate = new Range(exact.min() * ((100 - step) / 100f), exact.max() * ((100 - step) / 100f));
        Affine affine = Affine.of(candidate, format);
        double error = 0;
        for (float value : values) {
          error += Math.pow(Math.abs(value - affine.dequantize(affine.quantize(value, format))), exponent);
        }
        if (error < least * (1 - 1e-9)) {
          least = error;
          best = candidate.symmetric();
        }
      }
      assertThat(found).as("p = %s", exponent).isEqualTo(best);
    }
    Range histogram = RangeEstimator.estimate(new RangeMethod.PNorm(2.4), observed(values), format);
    Range fromValues = RangeEstimator.estimate(new RangeMethod.PNorm(2.4), values, format);
    assertThat(histogram.max()).isCloseTo(fromValues.max(), within(0.03f * exact.magnitude()));
  }

  /** OMSE: at most the error of the grid, and within a thousandth of a search over 20,000 scales. */
  @Test
  void omseIsTheOptimalScale() {
    Random random = new Random(23);
    float[] values = new float[500];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    ExactDistribution exact = new ExactDistribution(values);
    IntegerFormat format = IntegerFormat.weights(3);
    double omse = error(exact, RangeEstimator.estimate(new RangeMethod.Omse(), values, format), format);
    double mse = error(exact, RangeEstimator.estimate(new RangeMethod.Mse(), values, format), format);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 1; i <= 20_000; i++) {
      float bound = exact.magnitude() * i / 20_000f;
      least = Math.min(least, error(exact, new Range(-bound, bound), format));
    }
    assertThat(omse).isLessThanOrEqualTo(mse).isCloseTo(least, within(least * 1e-3));
  }

  private static double error(Distribution values, Range range, IntegerFormat format) {
    return values.squaredError(Affine.of(range, format), format, Double.POSITIVE_INFINITY);
  }

  /** The scale is a power of two, the better one of the two next to the method's own. */
  @Test
  void powersOfTwoAsScales() {
    Random random = new Random(29);
    int smaller = 0;
    int greater = 0;
    for (IntegerFormat format : FORMATS) {
      for (RangeMethod base : METHODS) {
        float[] values = new float[300];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * 3 + (format.signed() ? 0 : 2));
        }
        Affine plain = Affine.of(RangeEstimator.estimate(base, values, format), format);
        Affine affine = Affine.of(RangeEstimator.estimate(new RangeMethod.PowerOfTwo(base), values, format), format);
        assertThat(Math.scalb(1f, Math.getExponent(affine.scale()))).as("%s of %s", base, format).isEqualTo(affine.scale());
        assertThat(affine.scale() / plain.scale()).isBetween(0.5f, 2f);
        if (format.scheme() == Scheme.SYMMETRIC) {
          float below = Math.scalb(1f, Math.getExponent(plain.scale()));
          Affine other = new Affine(affine.scale() == below ? 2 * below : below, affine.zeroPoint());
          Distribution exact = new ExactDistribution(values);
          assertThat(exact.squaredError(affine, format, Double.POSITIVE_INFINITY))
              .as("%s of %s", base, format)
              .isLessThanOrEqualTo(exact.squaredError(other, format, Double.POSITIVE_INFINITY));
          smaller += affine.scale() == below ? 1 : 0;
          greater += affine.scale() == below ? 0 : 1;
        }
      }
    }
    assertThat(smaller).isPositive();
    assertThat(greater).isPositive();
    assertThatThrownBy(() -> new RangeMethod.PowerOfTwo(new RangeMethod.Dynamic())).isInstanceOf(IllegalArgumentException.class);
  }
}
