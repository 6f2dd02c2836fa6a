package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import java.util.Arrays;
import java.util.List;

/**
 * Values of which only a histogram is known: spread evenly over each bin, except that exact zeros stay zeros and that the
 * outermost bins end at the extremes (after ReLU6 all clamped values are exactly 6).
 */
final class HistogramDistribution implements Distribution {

  /** A bin narrower than this share of the width, after cutting at an extreme, is a point. */
  private static final double POINT = 1e-3;

  private static final int POINTS_PER_BIN = 4;

  private final TensorStatistics statistics;
  private final int segments;
  private final double[] left;
  private final double[] right;
  /** Values in a segment, zeros left out. */
  private final double[] values;

  private final double zeros;

  HistogramDistribution(TensorStatistics statistics) {
    this.statistics = statistics;
    Histogram histogram = statistics.histogram();
    zeros = Math.rint(statistics.zeroShare() * statistics.count());
    double[] lefts = new double[histogram.bins()];
    double[] rights = new double[histogram.bins()];
    double[] counts = new double[histogram.bins()];
    int used = 0;
    double zerosLeft = zeros;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      double count = histogram.counts()[bin];
      double low = histogram.edge(bin);
      double high = histogram.edge(bin + 1);
      if (low <= 0 && high > 0) {
        double here = Math.min(count, zerosLeft);
        count -= here;
        zerosLeft -= here;
      }
      if (count > 0) {
        lefts[used] = Math.clamp(low, statistics.min(), statistics.max());
        rights[used] = Math.clamp(high, statistics.min(), statistics.max());
        counts[used++] = count;
      }
    }
    segments = used;
    left = Arrays.copyOf(lefts, used);
    right = Arrays.copyOf(rights, used);
    values = Arrays.copyOf(counts, used);
  }

  private boolean isPoint(int segment) {
    return right[segment] - left[segment] < POINT * statistics.histogram().width();
  }

  private double center(int segment) {
    return (left[segment] + right[segment]) / 2;
  }

  @Override
  public long count() {
    return statistics.count();
  }

  @Override
  public float min() {
    return statistics.min();
  }

  @Override
  public float max() {
    return statistics.max();
  }

  @Override
  public double mean() {
    return statistics.mean();
  }

  @Override
  public double standardDeviation() {
    return statistics.standardDeviation();
  }

  @Override
  public double meanAbsoluteDeviation() {
    return statistics.meanAbsoluteDeviation();
  }

  @Override
  public double zeroShare() {
    return statistics.zeroShare();
  }

  @Override
  public float magnitudeQuantile(double share) {
    Histogram histogram = statistics.histogram();
    double width = histogram.width();
    // Magnitudes are counted in bins of the histogram's own width; a bin across 0 counts by its farther edge.
    int bins = (int) Math.ceil(magnitude() / width) + 2;
    double[] counts = new double[bins];
    counts[0] = zeros;
    for (int segment = 0; segment < segments; segment++) {
      double nearer = Math.min(Math.abs(left[segment]), Math.abs(right[segment]));
      int bin = left[segment] < 0 && right[segment] > 0 ? 0 : (int) Math.floor(nearer / width + 1e-9);
      counts[Math.min(bin, bins - 1)] += values[segment];
    }
    long wanted = rank(share);
    double inside = 0;
    for (int bin = 0; bin < bins; bin++) {
      inside += counts[bin];
      if (inside >= wanted - 0.5) {
        return (float) (bin * width);
      }
    }
    return magnitude();
  }

  @Override
  public double[] magnitudes(int bins) {
    double[] counts = new double[bins];
    double width = magnitude() / (double) bins;
    if (width == 0) {
      counts[0] = count();
      return counts;
    }
    counts[0] = zeros;
    for (int segment = 0; segment < segments; segment++) {
      double from = left[segment];
      double to = right[segment];
      if (isPoint(segment)) {
        double center = Math.abs(center(segment));
        counts[Math.min(bins - 1, (int) (center / width))] += values[segment];
      } else if (from >= 0) {
        spread(counts, from / width, to / width, values[segment]);
      } else if (to <= 0) {
        spread(counts, -to / width, -from / width, values[segment]);
      } else {
        double density = values[segment] / (to - from);
        spread(counts, 0, to / width, density * to);
        spread(counts, 0, -from / width, density * -from);
      }
    }
    for (int bin = 0; bin < bins; bin++) {
      if (counts[bin] < 1e-6) {
        counts[bin] = 0; // left over from edges that agree up to rounding
      }
    }
    return counts;
  }

  /** Spreads {@code amount} evenly over {@code [from, to)}, in units of a bin. */
  private static void spread(double[] counts, double from, double to, double amount) {
    double density = amount / (to - from);
    int first = Math.min(counts.length - 1, (int) from);
    int last = Math.min(counts.length - 1, (int) to);
    if (first == last) {
      counts[first] += amount;
      return;
    }
    counts[first] += density * (first + 1 - from);
    for (int bin = first + 1; bin < last; bin++) {
      counts[bin] += density;
    }
    counts[last] += density * (to - last);
  }

  @Override
  public double squaredError(Affine affine, IntegerFormat format, double stopAt) {
    SquaredError error = new SquaredError(affine, format);
    double total = zeros * error.at(0);
    double lastEdge = Double.NaN;
    double lastIntegral = 0;
    for (int segment = 0; segment < segments; segment++) {
      if (isPoint(segment)) {
        total += values[segment] * error.at(center(segment));
        continue;
      }
      double from = left[segment];
      double to = right[segment];
      double before = from == lastEdge ? lastIntegral : error.integral(from);
      double after = error.integral(to);
      total += values[segment] * (after - before) / (to - from);
      lastEdge = to;
      lastIntegral = after;
      if (total > stopAt) {
        return total;
      }
    }
    return total;
  }

  /** Each bin stands for {@value #POINTS_PER_BIN} values spread over it. */
  @Override
  public double error(Affine affine, IntegerFormat format, double exponent, double stopAt) {
    SquaredError squared = new SquaredError(affine, format);
    double total = zeros * Math.pow(squared.at(0), exponent / 2);
    for (int segment = 0; segment < segments && total <= stopAt; segment++) {
      double step = (right[segment] - left[segment]) / POINTS_PER_BIN;
      double sum = 0;
      for (int point = 0; point < POINTS_PER_BIN; point++) {
        sum += Math.pow(squared.at(left[segment] + (point + 0.5) * step), exponent / 2);
      }
      total += values[segment] * sum / POINTS_PER_BIN;
    }
    return total;
  }

  @Override
  public List<Range> samples() {
    return statistics.samples();
  }

  @Override
  public ErrorSplit split(Affine affine, IntegerFormat format) {
    SquaredError error = new SquaredError(affine, format);
    double all = squaredError(affine, format, Double.POSITIVE_INFINITY);
    double clipping = 0;
    double clipped = 0;
    double signal = 0;
    for (int segment = 0; segment < segments; segment++) {
      double from = left[segment];
      double to = right[segment];
      signal += values[segment] * (from * from + from * to + to * to) / 3;
      if (isPoint(segment)) {
        double center = center(segment);
        if (error.clips(center)) {
          clipping += values[segment] * error.at(center);
          clipped += values[segment];
        }
      } else if (from < error.low() || to > error.high()) {
        double density = values[segment] / (to - from);
        clipping += density * (error.clippingIntegral(to) - error.clippingIntegral(from));
        clipped += density * Math.max(0, Math.min(to, error.low()) - from);
        clipped += density * Math.max(0, to - Math.max(from, error.high()));
      }
    }
    double share = count() == 0 ? 0 : clipped / count();
    return new ErrorSplit(count(), share, clipping, Math.max(0, all - clipping), signal);
  }
}
