package io.bitloupe.quant.calibrate;

/**
 * Counts of values in bins of equal width over {@code [low, low + bins * width)}.
 *
 * @param low lower edge of the first bin
 * @param width width of a bin, positive
 * @param counts values in each bin; never modified
 */
public record Histogram(double low, double width, long[] counts) {

  /** Number of bins. */
  public int bins() {
    return counts.length;
  }

  /** Upper edge of the last bin. */
  public double high() {
    return low + counts.length * width;
  }

  /** Lower edge of {@code bin}. */
  public double edge(int bin) {
    return low + bin * width;
  }

  /** Middle of {@code bin}. */
  public double center(int bin) {
    return low + (bin + 0.5) * width;
  }

  /** Number of values. */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }
}
