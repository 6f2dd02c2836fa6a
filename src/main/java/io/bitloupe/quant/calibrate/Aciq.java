package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Analytical clipping for integer quantization (Banner et al. 2018, arXiv 1810.05723): the clipping value of the least expected
 * squared error if the values follow a Laplace or a Gauss density.
 *
 * <p>Which of the two is taken is decided by their likelihoods, that is by whether E|x - mean| / sigma lies below
 * sqrt(2 pi e) / (2 e) = 0.7602 (Laplace has 0.7071, Gauss 0.7979).
 *
 * <p>Values on one side of 0, as after Relu, are taken as one half of a density centred at 0, fitted to the values that are not
 * 0; all codes then serve one side, which is worth one more bit (12 · 4^M in place of 3 · 4^M).
 */
public final class Aciq {

  private static final double LAPLACE_BELOW = Math.sqrt(2 * Math.PI * Math.E) / (2 * Math.E);

  /** Most bits of a format, and one more for one-sided values. */
  private static final int MOST_BITS = 17;

  private static final double[] LAPLACE = table(Aciq::laplace);
  private static final double[] GAUSS = table(Aciq::gauss);

  private Aciq() {}

  private static double[] table(IntToDoubleFunction clip) {
    return IntStream.rangeClosed(0, MOST_BITS).mapToDouble(clip).toArray();
  }

  /**
   * The clipping value for a Laplace density, in units of its scale b = E|x - mean|: {@code W0(3 · 4^M)}.
   *
   * @param bits M; codes cover both sides (one more for one-sided values)
   */
  public static double laplace(int bits) {
    return LambertW.w0(3 * Math.pow(4, bits));
  }

  /**
   * The clipping value for a Gauss density, in units of sigma: where the derivative of
   * {@code (1 + a^2)(1 - erf(a / sqrt 2)) - sqrt(2 / pi) a exp(-a^2 / 2) + a^2 / (3 · 4^M)} is 0.
   *
   * @param bits M; codes cover both sides (one more for one-sided values)
   */
  public static double gauss(int bits) {
    double low = 0;
    double high = 40;
    double rounding = 1 / (3 * Math.pow(4, bits));
    for (int iteration = 0; iteration < 100; iteration++) {
      double a = (low + high) / 2;
      double slope = a * Gaussian.erfc(a / Math.sqrt(2)) - 2 * Gaussian.density(a) + a * rounding;
      if (slope < 0) {
        low = a;
      } else {
        high = a;
      }
    }
    return (low + high) / 2;
  }

  /** Whether a Laplace density fits better than a Gauss density. */
  public static boolean isLaplace(double meanAbsoluteDeviation, double standardDeviation) {
    return meanAbsoluteDeviation < LAPLACE_BELOW * standardDeviation;
  }

  static Range range(Distribution values, IntegerFormat format) {
    if (values.min() >= 0 || values.max() <= 0) {
      return oneSided(values, format);
    }
    double mean = values.mean();
    double clip = clip(values.meanAbsoluteDeviation(), values.standardDeviation(), format.bits());
    return cut(values, mean - clip, mean + clip);
  }

  private static Range oneSided(Distribution values, IntegerFormat format) {
    double nonZero = 1 - values.zeroShare();
    if (nonZero <= 0) {
      return new Range(0, 0);
    }
    double mean = values.mean();
    double square = values.standardDeviation() * values.standardDeviation() + mean * mean;
    int bits = RangeEstimator.magnitudeBits(values, format) + 1;
    double clip = clip(Math.abs(mean) / nonZero, Math.sqrt(square / nonZero), bits);
    return cut(values, -clip, clip);
  }

  private static double clip(double meanAbsoluteDeviation, double standardDeviation, int bits) {
    return isLaplace(meanAbsoluteDeviation, standardDeviation)
        ? meanAbsoluteDeviation * LAPLACE[bits]
        : standardDeviation * GAUSS[bits];
  }

  /** The part of the values' own range that lies within; all of it when nothing would be left. */
  private static Range cut(Distribution values, double low, double high) {
    float min = (float) Math.max(values.min(), low);
    float max = (float) Math.min(values.max(), high);
    return min < max ? new Range(min, max) : new Range(values.min(), values.max());
  }
}
