package io.bitloupe.quant.calibrate;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.Arrays;
import java.util.List;

/**
 * Exact statistics of weights, of a tensor or of one channel.
 *
 * @param count number of finite weights
 * @param nonFinite infinities and NaN, left out of everything else
 * @param min least weight; 0 when there is none
 * @param max greatest weight; 0 when there is none
 * @param mean arithmetic mean
 * @param standardDeviation of the population
 * @param lowerQuartile of the magnitudes
 * @param median of the magnitudes
 * @param upperQuartile of the magnitudes
 * @param zeroShare share of weights that are exactly 0
 */
public record WeightStatistics(
    int count,
    int nonFinite,
    float min,
    float max,
    double mean,
    double standardDeviation,
    float lowerQuartile,
    float median,
    float upperQuartile,
    double zeroShare) {

  /** Of all {@code values}. */
  public static WeightStatistics of(float[] values) {
    float[] magnitudes = new float[values.length];
    int count = 0;
    int zeros = 0;
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        magnitudes[count++] = Math.abs(value);
        zeros += value == 0 ? 1 : 0;
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
      }
    }
    if (count == 0) {
      return new WeightStatistics(0, values.length, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    double mean = sum / count;
    double squares = 0;
    for (float value : values) {
      squares += Float.isFinite(value) ? (value - mean) * (value - mean) : 0;
    }
    Arrays.sort(magnitudes, 0, count);
    return new WeightStatistics(
        count,
        values.length - count,
        min,
        max,
        mean,
        Math.sqrt(squares / count),
        quantile(magnitudes, count, 0.25),
        quantile(magnitudes, count, 0.5),
        quantile(magnitudes, count, 0.75),
        (double) zeros / count);
  }

  /**
   * Of each channel of row-major {@code values}.
   *
   * @param axis axis that counts channels
   */
  public static List<WeightStatistics> ofChannels(float[] values, Shape shape, int axis) {
    float[][] channels = ScaleGroups.of(shape, axis, Granularity.CHANNEL).gather(values);
    return Arrays.stream(channels).map(WeightStatistics::of).toList();
  }

  /** The larger distance of an extreme from 0. */
  public float magnitude() {
    return Math.max(-min, max);
  }

  /** The value between neighbours in sorted order, linearly (type 7 of Hyndman and Fan 1996). */
  private static float quantile(float[] sorted, int count, double share) {
    double rank = share * (count - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, count - 1);
    return (float) (sorted[below] + (rank - below) * ((double) sorted[above] - sorted[below]));
  }
}
