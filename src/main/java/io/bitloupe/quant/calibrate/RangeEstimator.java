package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import java.util.List;

/**
 * Finds clipping ranges, from a histogram (activations) or from the values themselves (weights).
 *
 * <ul>
 *   <li>Min-max: from the least to the greatest value.
 *   <li>Percentile: the magnitude T that the wanted share of the magnitudes does not exceed clips both sides.
 *   <li>MSE: of the min-max range and 79 shrunken copies of it (99 % to 21 %, both ends jointly), the one with the least sum of
 *       squared errors under the scale and zero-point that would really be used; the widest of equals. Never worse than min-max.
 *   <li>OMSE: the same with 64 more ranges around the best. P-norm: the same with another power of the error.
 *   <li>Moving average: over the extremes of one sample after the other; of a distribution without samples, min-max.
 *   <li>Power of two: the scale of another method becomes the power of two below or above, whichever errs less.
 *   <li>Entropy: see {@link EntropyThreshold}. The magnitudes are merged into 2^(b-1) groups, or 2^b where all codes lie on one
 *       side of 0 (no negative values and an unsigned or asymmetric format).
 *   <li>ACIQ: see {@link Aciq}.
 * </ul>
 *
 * <p>Symmetric signed formats get a symmetric range. A range always holds 0. Without values it is [0, 0].
 */
public final class RangeEstimator {

  /** Ranges that the MSE method tries: 100 % to 21 % of min-max. */
  public static final int MSE_STEPS = 80;

  /** Ranges that the finer search tries on either side, within one step of the grid. */
  private static final int FINE_STEPS = 32;

  private RangeEstimator() {}

  /** The range for an activation; Dynamic gets the min-max range, which is what calibration saw. */
  public static Range estimate(RangeMethod method, TensorStatistics statistics, IntegerFormat format) {
    if (method instanceof RangeMethod.Explicit explicit) {
      return new Range(explicit.min(), explicit.max());
    }
    return estimate(method, new HistogramDistribution(statistics), format);
  }

  /**
   * The range for finite {@code values}.
   *
   * @throws IllegalArgumentException for Dynamic, which is a method for activations
   */
  public static Range estimate(RangeMethod method, float[] values, IntegerFormat format) {
    if (method instanceof RangeMethod.Dynamic) {
      throw new IllegalArgumentException("dynamic ranges are for activations");
    }
    return estimate(method, new ExactDistribution(values), format);
  }

  static Range estimate(RangeMethod method, Distribution values, IntegerFormat format) {
    if (method instanceof RangeMethod.Explicit explicit) {
      return new Range(explicit.min(), explicit.max());
    }
    if (values.count() == 0) {
      return new Range(0, 0);
    }
    Range range =
        switch (method) {
          case RangeMethod.Percentile percentile -> within(values, values.magnitudeQuantile(percentile.percent() / 100));
          case RangeMethod.Mse mse -> leastError(values, format, 2);
          case RangeMethod.Omse omse -> refined(values, format, leastError(values, format, 2));
          case RangeMethod.PNorm(double exponent) -> leastError(values, format, exponent);
          case RangeMethod.MovingAverage(double momentum) -> movingAverage(values, momentum);
          case RangeMethod.PowerOfTwo(RangeMethod base) -> powerOfTwo(estimate(base, values, format), values, format);
          case RangeMethod.Entropy entropy -> within(values, entropyThreshold(values, format));
          case RangeMethod.Aciq aciq -> Aciq.range(values, format);
          case RangeMethod.MinMax minMax -> full(values);
          case RangeMethod.Dynamic dynamic -> full(values);
          case RangeMethod.Explicit explicit -> new Range(explicit.min(), explicit.max());
        };
    return fit(range, format);
  }

  private static Range full(Distribution values) {
    return new Range(values.min(), values.max());
  }

  /** Both ends cut at {@code threshold}; not cut at all when nothing would be left. */
  private static Range within(Distribution values, float threshold) {
    return threshold > 0
        ? new Range(Math.clamp(values.min(), -threshold, threshold), Math.clamp(values.max(), -threshold, threshold))
        : full(values);
  }

  private static Range fit(Range range, IntegerFormat format) {
    return format.scheme() == Scheme.SYMMETRIC && format.signed() ? range.symmetric() : range;
  }

  private static Range leastError(Distribution values, IntegerFormat format, double exponent) {
    if (format.isBinary()) {
      // ||w - a sign(w)||^2 is least for a = mean |w| (Rastegari et al. 2016, 3.1).
      float scale = (float) meanMagnitude(values);
      return scale > 0 ? new Range(-scale, scale) : full(values);
    }
    Range full = full(values);
    Range best = full;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MSE_STEPS; step++) {
      float share = (100 - step) / 100f;
      Range candidate = new Range(full.min() * share, full.max() * share);
      double error = error(values, candidate, format, exponent, least);
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  private static double error(Distribution values, Range range, IntegerFormat format, double exponent, double stopAt) {
    Affine affine = Affine.of(range, format);
    return exponent == 2 ? values.squaredError(affine, format, stopAt) : values.error(affine, format, exponent, stopAt);
  }

  /** The best of ranges between the neighbours of {@code coarse} on the grid. */
  private static Range refined(Distribution values, IntegerFormat format, Range coarse) {
    if (format.isBinary()) {
      return coarse;
    }
    Range full = full(values);
    float magnitude = full.magnitude();
    float share = magnitude == 0 ? 1 : coarse.magnitude() / magnitude;
    Range best = coarse;
    double least = error(values, coarse, format, 2, Double.POSITIVE_INFINITY);
    for (int step = -FINE_STEPS; step <= FINE_STEPS; step++) {
      float finer = Math.min(1, share + 0.01f * step / FINE_STEPS);
      Range candidate = new Range(full.min() * finer, full.max() * finer);
      double error = error(values, candidate, format, 2, least);
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  private static Range movingAverage(Distribution values, double momentum) {
    List<Range> samples = values.samples();
    if (samples.isEmpty()) {
      return full(values);
    }
    double min = samples.getFirst().min();
    double max = samples.getFirst().max();
    for (Range sample : samples.subList(1, samples.size())) {
      min = momentum * min + (1 - momentum) * sample.min();
      max = momentum * max + (1 - momentum) * sample.max();
    }
    return new Range((float) min, (float) max);
  }

  /** The range of the power of two below or above the scale of {@code range} that has the less squared error. */
  private static Range powerOfTwo(Range range, Distribution values, IntegerFormat format) {
    if (range.magnitude() == 0) {
      return range;
    }
    int exponent = Math.getExponent(Affine.of(range, format).scale());
    Range below = ofScale(Math.scalb(1f, exponent), range, format);
    Range above = ofScale(Math.scalb(1f, exponent + 1), range, format);
    double least = error(values, above, format, 2, Double.POSITIVE_INFINITY);
    return error(values, below, format, 2, least) <= least ? below : above;
  }

  /** The range of the codes with {@code scale}, a power of two, and the zero-point that fits {@code range} best. */
  private static Range ofScale(float scale, Range range, IntegerFormat format) {
    if (format.scheme() == Scheme.SYMMETRIC) {
      float bound = scale * format.quantMax();
      return format.signed() ? new Range(-bound, bound) : new Range(0, bound);
    }
    double steps = format.quantMax() - (double) format.quantMin();
    double below = Math.clamp(Math.rint(-(range.max() + (double) range.min()) / (2 * scale) + steps / 2), 0, steps);
    return new Range((float) (-below * scale), (float) ((steps - below) * scale));
  }

  private static double meanMagnitude(Distribution values) {
    int bins = 1 << 12;
    if (values instanceof ExactDistribution exact) {
      return exact.meanMagnitude();
    }
    double width = values.magnitude() / (double) bins;
    double[] counts = values.magnitudes(bins);
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      sum += counts[bin] * (bin + 0.5) * width;
    }
    return sum / values.count();
  }

  private static float entropyThreshold(Distribution values, IntegerFormat format) {
    double[] magnitudes = values.magnitudes(EntropyThreshold.BINS);
    int bin = EntropyThreshold.cut(magnitudes, 1 << magnitudeBits(values, format)).bins();
    return (float) (values.magnitude() * ((double) bin / EntropyThreshold.BINS));
  }

  /** Bits that tell magnitudes apart: all when every code lies on the side of the values, else all but the sign. */
  static int magnitudeBits(Distribution values, IntegerFormat format) {
    boolean oneSided = values.min() >= 0 || values.max() <= 0;
    boolean signBit = format.signed() && format.scheme() == Scheme.SYMMETRIC;
    return oneSided && !signBit ? format.bits() : format.bits() - 1;
  }
}
