package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import java.util.List;

/** What range estimators ask of the values of a tensor, be they all at hand or only their histogram. */
interface Distribution {

  /** Number of finite values. */
  long count();

  /** Least value. */
  float min();

  /** Greatest value. */
  float max();

  /** Arithmetic mean. */
  double mean();

  /** Standard deviation of the population. */
  double standardDeviation();

  /** E|x - mean|. */
  double meanAbsoluteDeviation();

  /** Share of values that are exactly 0. */
  double zeroShare();

  /** The least magnitude that at least {@code share} of the values do not exceed (in a histogram, its bin's lower edge). */
  float magnitudeQuantile(double share);

  /** Counts of the magnitudes in {@code bins} bins of equal width from 0 to the greatest magnitude. */
  double[] magnitudes(int bins);

  /**
   * Sum of the squared differences between the values and what quantization leaves of them.
   *
   * @param stopAt the sum may be cut short once it exceeds this
   */
  double squaredError(Affine affine, IntegerFormat format, double stopAt);

  /**
   * Sum of the differences between the values and what quantization leaves of them, each to the power {@code exponent}.
   *
   * @param stopAt the sum may be cut short once it exceeds this
   */
  double error(Affine affine, IntegerFormat format, double exponent, double stopAt);

  /** The extremes of one sample after the other; empty where only the whole is known. */
  default List<Range> samples() {
    return List.of();
  }

  /** The squared error in its two parts. */
  ErrorSplit split(Affine affine, IntegerFormat format);

  /** How many values make up {@code share} of them, rounded up; forgives what the division of a percentage loses. */
  default long rank(double share) {
    return (long) Math.ceil(share * count() * (1 - 1e-12));
  }

  /** The larger distance of an extreme from 0. */
  default float magnitude() {
    return Math.max(-min(), max());
  }
}
