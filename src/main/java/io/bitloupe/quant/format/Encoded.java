package io.bitloupe.quant.format;

import io.bitloupe.quant.ScaleGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Weights in a number format. The arrays are shared, not copied: who gets one does not write to it.
 *
 * @param decoded what the codes stand for, row-major
 * @param levels the real numbers that each group can hold, ascending; empty for formats of vectors
 * @param bits everything that has to be stored: codes, scales, zero-points, codebooks
 */
public record Encoded(float[] decoded, List<float[]> levels, long bits) {

  /** Copies the list. */
  public Encoded {
    levels = List.copyOf(levels);
  }

  /** Bits for each weight, all overheads counted. */
  public double bitsPerWeight() {
    return (double) bits / Math.max(1, decoded.length);
  }

  /** Signal-to-noise ratio against {@code weights} in decibels; positive infinity where nothing was lost. */
  public double sqnrDb(float[] weights) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < weights.length; i++) {
      double error = (double) decoded[i] - weights[i];
      signal += (double) weights[i] * weights[i];
      noise += error * error;
    }
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }

  /** Rounds every weight to the nearest level of its group. */
  static Encoded nearest(float[] weights, ScaleGroups groups, List<float[]> levels, long bits) {
    float[] decoded = new float[weights.length];
    groups.forEachRun(
        (group, from, to) -> {
          float[] own = levels.get(group);
          for (int i = from; i < to; i++) {
            decoded[i] = nearest(weights[i], own);
          }
        });
    return new Encoded(decoded, levels, bits);
  }

  /** The level next to {@code value}; the lower one of two that are equally near. */
  static float nearest(float value, float[] levels) {
    int at = Arrays.binarySearch(levels, value);
    if (at >= 0) {
      return levels[at];
    }
    int above = -at - 1;
    if (above == 0) {
      return levels[0];
    }
    if (above == levels.length) {
      return levels[levels.length - 1];
    }
    double up = (double) levels[above] - value;
    double down = (double) value - levels[above - 1];
    return up < down ? levels[above] : levels[above - 1];
  }

  /** Levels of each group of {@code weights}. */
  static List<float[]> levels(float[] weights, ScaleGroups groups, Function<float[], float[]> find) {
    List<float[]> levels = new ArrayList<>();
    for (float[] group : groups.gather(weights)) {
      levels.add(find.apply(group));
    }
    return levels;
  }

  /** Sum of the squared distances to the nearest level. */
  static double squaredError(float[] values, float[] levels) {
    double error = 0;
    for (float value : values) {
      double difference = (double) value - nearest(value, levels);
      error += difference * difference;
    }
    return error;
  }
}
