package io.bitloupe.ui.chart;

/**
 * A linear or logarithmic map between values and pixels.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}
 * @param from pixel of {@code low}
 * @param to pixel of {@code high}; may be less than {@code from}
 * @param logarithmic whether decades are equally long; then both values are positive
 */
public record Axis(double low, double high, double from, double to, boolean logarithmic) {
  /** A linear axis; an empty interval is widened. */
  public static Axis linear(double low, double high, double from, double to) {
    return high > low ? new Axis(low, high, from, to, false) : new Axis(low - 0.5, low + 0.5, from, to, false);
  }

  /** A logarithmic axis over positive values; an empty interval is widened. */
  public static Axis logarithmic(double low, double high, double from, double to) {
    double least = Math.max(low, Double.MIN_NORMAL);
    return high > least ? new Axis(least, high, from, to, true) : new Axis(least / 2, least * 2, from, to, true);
  }

  /** The pixel of {@code value}. */
  public double pixel(double value) {
    double share = logarithmic
        ? Math.log(Math.max(value, Double.MIN_NORMAL) / low) / Math.log(high / low)
        : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** The value at {@code pixel}. */
  public double value(double pixel) {
    double share = (pixel - from) / (to - from);
    return logarithmic ? low * Math.pow(high / low, share) : low + share * (high - low);
  }

  /** {@link #pixel} kept within the axis. */
  public double clamped(double value) {
    return Math.clamp(pixel(value), Math.min(from, to), Math.max(from, to));
  }
}
