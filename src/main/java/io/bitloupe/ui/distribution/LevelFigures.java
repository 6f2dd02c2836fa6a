package io.bitloupe.ui.distribution;

import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.format.Encoded;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a number format with levels of its own makes of weights.
 *
 * @param levels the real numbers that a group of typical reach among those shown can hold, ascending; empty for formats of vectors
 * @param coordinates the numbers in the vectors that codes stand for among those shown, ascending; empty for other formats
 * @param groups groups among those shown, each with levels of its own
 * @param sqnrDb signal-to-noise ratio of the weights shown, in decibels; positive infinity where nothing was lost
 * @param bitsPerWeight bits for each weight of the tensor, scales and codebooks counted
 */
record LevelFigures(float[] levels, float[] coordinates, int groups, double sqnrDb, double bitsPerWeight) {

  /**
   * The figures of {@code weights} as {@code encoded}.
   *
   * @param groups which weights share levels
   * @param shown positions of the weights that are shown
   */
  static LevelFigures of(float[] weights, Encoded encoded, ScaleGroups groups, int[] shown) {
    double signal = 0;
    double noise = 0;
    for (int at : shown) {
      double error = (double) encoded.decoded()[at] - weights[at];
      signal += (double) weights[at] * weights[at];
      noise += error * error;
    }
    List<float[]> own = own(encoded.levels(), groups, weights.length, shown);
    double sqnr = noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    float[] coordinates = encoded.levels().isEmpty() ? different(encoded.decoded(), shown) : new float[0];
    float[] typical = own.isEmpty() ? new float[0] : own.get(own.size() / 2);
    return new LevelFigures(typical, coordinates, own.size(), sqnr, encoded.bitsPerWeight());
  }

  private static float[] different(float[] decoded, int[] shown) {
    double[] values = IntStream.of(shown).mapToDouble(at -> decoded[at]).distinct().sorted().toArray();
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  /** The levels of the groups that the shown weights belong to, by their reach. */
  private static List<float[]> own(List<float[]> levels, ScaleGroups groups, int weights, int[] shown) {
    int[] groupOf = new int[weights];
    groups.forEachRun((group, from, to) -> Arrays.fill(groupOf, from, to, group));
    return IntStream.of(shown)
        .map(at -> groupOf[at])
        .distinct()
        .filter(group -> group < levels.size())
        .mapToObj(levels::get)
        .sorted(Comparator.comparingDouble(LevelFigures::reach))
        .toList();
  }

  private static double reach(float[] levels) {
    return levels.length == 0 ? 0 : (double) levels[levels.length - 1] - levels[0];
  }
}
