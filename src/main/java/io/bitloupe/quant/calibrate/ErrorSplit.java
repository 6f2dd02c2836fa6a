package io.bitloupe.quant.calibrate;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.ScaleGroups;

/**
 * The error that quantization makes on a tensor, split by its cause: values beyond the outermost codes are clipped, the others
 * are rounded. Error figures are sums of squares in squared real units.
 *
 * @param count number of values
 * @param clippedShare share of values beyond the outermost codes, 0 to 1
 * @param clipping sum of squared errors of clipped values
 * @param rounding sum of squared errors of all other values
 * @param signal sum of squared values
 */
public record ErrorSplit(long count, double clippedShare, double clipping, double rounding, double signal) {

  /** Expected error on the values of a histogram; O(bins). */
  public static ErrorSplit of(TensorStatistics statistics, Range range, IntegerFormat format) {
    return new HistogramDistribution(statistics).split(Affine.of(range, format), format);
  }

  /** Expected error on the values of a histogram for a known scale and zero-point; O(bins). */
  public static ErrorSplit of(TensorStatistics statistics, Affine affine, IntegerFormat format) {
    return new HistogramDistribution(statistics).split(affine, format);
  }

  /** Exact error on finite {@code values}. */
  public static ErrorSplit of(float[] values, Affine affine, IntegerFormat format) {
    return new ExactDistribution(values).split(affine, format);
  }

  /** Exact error on finite weights, each group of them with its own scale. */
  public static ErrorSplit of(float[] values, Shape shape, QuantParams params) {
    float[][] groups = ScaleGroups.of(shape, params).gather(values);
    ErrorSplit sum = new ErrorSplit(0, 0, 0, 0, 0);
    for (int group = 0; group < groups.length; group++) {
      sum = sum.plus(of(groups[group], params.affine().get(group), params.format()));
    }
    return sum;
  }

  /** The error on the values of both. */
  public ErrorSplit plus(ErrorSplit other) {
    long both = count + other.count;
    double clipped = clippedShare * count + other.clippedShare * other.count;
    return new ErrorSplit(
        both, both == 0 ? 0 : clipped / both, clipping + other.clipping, rounding + other.rounding, signal + other.signal);
  }

  /** Sum of all squared errors. */
  public double total() {
    return clipping + rounding;
  }

  /** Mean squared error; 0 when there are no values. */
  public double meanSquaredError() {
    return count == 0 ? 0 : total() / count;
  }

  /** Signal-to-quantization-noise ratio in decibels; positive infinity without noise. */
  public double sqnrDb() {
    return total() == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / total());
  }
}
