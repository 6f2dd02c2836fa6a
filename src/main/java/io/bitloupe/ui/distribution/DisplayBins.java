package io.bitloupe.ui.distribution;

import io.bitloupe.quant.calibrate.Histogram;
import io.bitloupe.ui.chart.Axis;

/**
 * Bins as wide as pixels allow, each a whole number of the histogram's own bins.
 *
 * @param low lower edge of the first
 * @param width of each
 * @param counts values in each; the zeros of a tensor with many are left out of theirs
 * @param zeros values that are exactly 0 and stick out: more than a twentieth of all
 */
record DisplayBins(double low, double width, double[] counts, double zeros) {
  private static final double PIXELS = 2.5;
  private static final double MANY = 0.05;

  static DisplayBins of(TensorPicture picture, Axis x) {
    Histogram histogram = picture.statistics().histogram();
    double perPixel = (x.high() - x.low()) / Math.max(1, Math.abs(x.to() - x.from()));
    long merged = Math.max(1, (long) Math.ceil(PIXELS * perPixel / histogram.width()));
    double width = merged * histogram.width();
    double first = Math.floor(x.low() / width);
    int bins = (int) Math.clamp(Math.ceil(x.high() / width) - first, 1, 20_000);
    boolean many = picture.counts().zeros() > MANY * picture.statistics().count();
    double[] counts = new double[bins];
    for (int i = 0; i < bins; i++) {
      double from = (first + i) * width;
      counts[i] = many ? picture.counts().betweenWithoutZeros(from, from + width) : picture.counts().between(from, from + width);
    }
    return new DisplayBins(first * width, width, counts, many ? picture.counts().zeros() : 0);
  }

  double edge(int bin) {
    return low + bin * width;
  }

  boolean hidesZeros() {
    return zeros > 0;
  }

  /** The axis of counts. */
  Axis countAxis(boolean logarithmic, double bottom, double top) {
    double most = 1;
    for (double count : counts) {
      most = Math.max(most, count);
    }
    return logarithmic ? Axis.logarithmic(0.6, most * 1.6, bottom, top) : Axis.linear(0, most * 1.06, bottom, top);
  }
}
