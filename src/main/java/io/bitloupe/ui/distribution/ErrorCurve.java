package io.bitloupe.ui.distribution;

import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.quant.calibrate.TensorStatistics;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean squared error against the position of the upper clip; the lower one mirrors it (symmetric) or stays in proportion.
 *
 * @param points ascending by clip
 */
public record ErrorCurve(List<Point> points) {
  private static final int POINTS = 96;

  /**
   * Errors at one clip, in squared real units per value.
   *
   * @param clip upper end of the range
   * @param clipping of the values beyond the range
   * @param rounding of all others
   */
  public record Point(double clip, double clipping, double rounding) {
    /** Both. */
    public double total() {
      return clipping + rounding;
    }
  }

  /** Copies the list. */
  public ErrorCurve {
    points = List.copyOf(points);
  }

  /** Of the values behind {@code statistics}. */
  public static ErrorCurve of(TensorStatistics statistics, IntegerFormat format) {
    List<Point> points = new ArrayList<>();
    double end = format.scheme() == Scheme.SYMMETRIC ? Math.max(-statistics.min(), statistics.max()) : Math.max(statistics.max(), 0);
    if (!(end > 0)) {
      return new ErrorCurve(points);
    }
    for (int i = 1; i <= POINTS; i++) {
      float clip = (float) (end * 1.05 * i / POINTS);
      ErrorSplit split = ErrorSplit.of(statistics, rangeAt(clip, statistics, format), format);
      long count = Math.max(1, split.count());
      points.add(new Point(clip, split.clipping() / count, split.rounding() / count));
    }
    return new ErrorCurve(points);
  }

  private static Range rangeAt(float clip, TensorStatistics statistics, IntegerFormat format) {
    if (format.scheme() == Scheme.SYMMETRIC) {
      return new Range(-clip, clip);
    }
    float lower = statistics.max() > 0 ? Math.min(0, statistics.min() * (clip / statistics.max())) : Math.min(0, statistics.min());
    return new Range(lower, clip);
  }
}
