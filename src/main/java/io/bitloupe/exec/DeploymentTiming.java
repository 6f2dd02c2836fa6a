package io.bitloupe.exec;

import java.util.Arrays;

/**
 * How long the exported file takes in ONNX Runtime, beside the float model, in milliseconds for one sample.
 *
 * @param load samples and threads of a run
 * @param runs timed runs of each
 * @param qdq of the exported file
 * @param floatModel of the float model
 */
public record DeploymentTiming(DeploymentLoad load, int runs, Spread qdq, Spread floatModel) {

  /**
   * The middle and the spread of several measurements.
   *
   * @param lowerQuartile a quarter is at most this
   * @param median half is at most this
   * @param upperQuartile three quarters are at most this
   */
  public record Spread(double lowerQuartile, double median, double upperQuartile) {

    static Spread of(long[] nanoseconds, int samples) {
      long[] sorted = nanoseconds.clone();
      Arrays.sort(sorted);
      return new Spread(at(sorted, 0.25) / samples, at(sorted, 0.5) / samples, at(sorted, 0.75) / samples);
    }

    /** The value below which {@code share} of the sorted nanoseconds lie, interpolated, in milliseconds. */
    private static double at(long[] sorted, double share) {
      double position = share * (sorted.length - 1);
      int below = (int) position;
      long next = sorted[Math.min(below + 1, sorted.length - 1)];
      return (sorted[below] + (position - below) * (next - sorted[below])) / 1e6;
    }
  }

  /** Time of the exported file in percent of the float model's median in the same run: what else the machine did slowed down both. */
  public Spread percentOfFloat() {
    double unit = floatModel.median() / 100;
    return new Spread(qdq.lowerQuartile() / unit, qdq.median() / unit, qdq.upperQuartile() / unit);
  }

  /** How many times as fast as the float model the exported file is. */
  public double speedUp() {
    return floatModel.median() / qdq.median();
  }
}
