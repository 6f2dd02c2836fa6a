package io.bitloupe.ui.bench;

import java.util.Arrays;

/**
 * Milliseconds between one pulse of the FX thread and the next.
 *
 * @param count intervals
 * @param p50 median
 * @param p99 99th percentile
 * @param max longest
 * @param perSecond pulses a second on average
 */
public record Pulses(int count, double p50, double p99, double max, double perSecond) {
  /** Of intervals in nanoseconds, in any order; at least one. */
  static Pulses of(long[] intervals) {
    if (intervals.length == 0) {
      throw new IllegalStateException("the window drew nothing");
    }
    long[] sorted = intervals.clone();
    Arrays.sort(sorted);
    return new Pulses(
        sorted.length,
        at(sorted, 0.5),
        at(sorted, 0.99),
        sorted[sorted.length - 1] * 1e-6,
        1e9 * sorted.length / Arrays.stream(sorted).sum());
  }

  /** The smallest interval that at least {@code share} of all do not exceed. */
  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1] * 1e-6;
  }
}
