package io.bitloupe.ui.distribution;

import io.bitloupe.quant.calibrate.Histogram;
import io.bitloupe.quant.calibrate.TensorStatistics;

/** How many values lie in an interval, from a histogram: values are spread evenly within a bin, exact zeros stay at 0. */
public final class BinCounts {
  private final Histogram histogram;
  private final double[] below;
  private final double zeros;

  /** Sums up the histogram of {@code statistics}. */
  public BinCounts(TensorStatistics statistics) {
    histogram = statistics.histogram();
    zeros = Math.rint(statistics.zeroShare() * statistics.count());
    below = new double[histogram.bins() + 1];
    double left = zeros;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      double count = histogram.counts()[bin];
      if (histogram.edge(bin) <= 0 && histogram.edge(bin + 1) > 0) {
        double here = Math.min(left, count);
        count -= here;
        left -= here;
      }
      below[bin + 1] = below[bin] + count;
    }
  }

  /** Values in {@code [low, high)}. */
  public double between(double low, double high) {
    double count = below(high) - below(low);
    return low <= 0 && high > 0 ? count + zeros : count;
  }

  /** Values in {@code [low, high)}, exact zeros left out. */
  public double betweenWithoutZeros(double low, double high) {
    return below(high) - below(low);
  }

  /** Values that are exactly 0. */
  public double zeros() {
    return zeros;
  }

  private double below(double value) {
    double position = (value - histogram.low()) / histogram.width();
    if (position <= 0) {
      return 0;
    }
    int bin = (int) Math.min(position, histogram.bins());
    if (bin >= histogram.bins()) {
      return below[histogram.bins()];
    }
    return below[bin] + (position - bin) * (below[bin + 1] - below[bin]);
  }
}
