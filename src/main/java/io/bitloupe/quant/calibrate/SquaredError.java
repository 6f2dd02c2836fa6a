package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;

/**
 * The squared error {@code e(x) = (x - Q(x))^2} of a uniform quantizer as a function of the real value, and its antiderivative,
 * which gives the expected error of values spread evenly over an interval without looking at single codes.
 *
 * <p>Between the outermost levels the error repeats with the step S and a whole period contributes S^3/12 (the S^2/12 of the
 * rounding noise model); beyond them it is the squared distance to the outermost level.
 */
final class SquaredError {

  private final double scale;
  private final double low;
  private final double high;
  private final boolean binary;
  private final double atLow;
  private final double atHigh;

  SquaredError(Affine affine, IntegerFormat format) {
    scale = affine.scale();
    binary = format.isBinary();
    low = (format.quantMin() - affine.zeroPoint()) * scale;
    high = (format.quantMax() - affine.zeroPoint()) * scale;
    atLow = periodic(low);
    atHigh = periodic(high);
  }

  /** Value of the lowest code. */
  double low() {
    return low;
  }

  /** Value of the highest code. */
  double high() {
    return high;
  }

  /**
   * Whether {@code x} is beyond the outermost codes. The scale is a rounded quotient, so that the extreme of a min-max range may come
   * out a float beyond them; it is not.
   */
  boolean clips(double x) {
    return x < Math.nextDown((float) low) || x > Math.nextUp((float) high);
  }

  /** The squared error at {@code x}. */
  double at(double x) {
    double difference;
    if (x < low) {
      difference = x - low;
    } else if (x > high) {
      difference = x - high;
    } else if (binary) {
      difference = Math.abs(x) - scale;
    } else {
      difference = x - scale * Math.rint(x / scale);
    }
    return difference * difference;
  }

  /** An antiderivative of {@link #at}. */
  double integral(double x) {
    if (x < low) {
      double beyond = x - low;
      return atLow + beyond * beyond * beyond / 3;
    }
    if (x > high) {
      double beyond = x - high;
      return atHigh + beyond * beyond * beyond / 3;
    }
    return periodic(x);
  }

  /** An antiderivative of the error of clipping alone: 0 between the outermost levels. */
  double clippingIntegral(double x) {
    double beyond = x < low ? x - low : x > high ? x - high : 0;
    return beyond * beyond * beyond / 3;
  }

  private double periodic(double x) {
    if (binary) {
      double rest = Math.abs(x) - scale;
      return Math.copySign((rest * rest * rest + scale * scale * scale) / 3, x);
    }
    double step = Math.rint(x / scale);
    double rest = x - step * scale;
    return step * (scale * scale * scale / 12) + rest * rest * rest / 3;
  }
}
