package io.bitloupe.quant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;


import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;


import org.junit.jupiter.api.Test;

/** The worked numbers of techniques.md A2, and what must hold of every range. */
class RangeEstimatorTest {

  private static final IntegerFormat INT8 = IntegerFormat.weights(8);

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

  static TensorStatistics statistics(Histogram histogram, float min, float max) {
    double sum = 0;
    double squares = 0;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      sum += histogram.counts()[bin] * histogram.center(bin);
      squares += histogram.counts()[bin] * histogram.center(bin) * histogram.center(bin);
    }
    double mean = sum / histogram.total();
    double deviation = 0;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      deviation += histogram.counts()[bin] * Math.abs(histogram.center(bin) - mean) / histogram.total();
    }
    double std = Math.sqrt(squares / histogram.total() - mean * mean);
    return new TensorStatistics(histogram.total(), 0, min, max, mean, std, deviation, 0, histogram);
  }

  private static float threshold(RangeMethod method, TensorStatistics statistics) {
    return RangeEstimator.estimate(method, statistics, INT8).max();
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
    assertThat(threshold(new RangeMethod.Mse(), outliers)).isEqualTo(24.8f, within(0.5f));
  }

  static double bestEdge(TensorStatistics s) {
    double best = 0;
    double least = Double.MAX_VALUE;
    for (int edge = 128; edge <= 2048; edge++) {
      float t = (float) s.histogram().edge(edge);
      double e = ErrorSplit.of(s, new Range(-t, t), INT8).total();
      if (e < least) {
        least = e;
        best = t;
      }
    }
    return best;
  }
}
