package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fixed grid with a scale for each group; each weight goes to the nearest level.
 *
 * @param grid the levels at scale 1
 * @param rule how scales are found and stored
 * @param usualGranularity the granularity that it is meant for
 */
public record ScaledGrid(Grid grid, ScaleRule rule, Granularity usualGranularity) implements NumberFormat {

  private static final int SEARCH_STEPS = 80;
  private static final int SUPER_GROUP = 256;
  private static final int LARGEST_CODE = 127;

  @Override
  public double codeBits() {
    return grid.bits();
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    float[][] gathered = groups.gather(weights);
    double[] scales = new double[gathered.length];
    for (int g = 0; g < scales.length; g++) {
      scales[g] = scale(gathered[g]);
    }
    long bits = (long) weights.length * grid.bits() + (long) scales.length * rule.bits() + roundScales(scales);
    List<float[]> levels = new ArrayList<>();
    for (double scale : scales) {
      levels.add(scaled(scale));
    }
    return Encoded.nearest(weights, groups, levels, bits);
  }

  /** Stores the scales as the rule says; returns the bits beyond those for each group. */
  private long roundScales(double[] scales) {
    return switch (rule) {
      case GREATEST, LEAST_SQUARES, ROOT_MEAN_SQUARE, POWER_OF_TWO -> 0;
      case E4M3 -> toE4m3(scales);
      case DOUBLE_QUANTIZED -> toIntegers(scales);
    };
  }

  private double scale(float[] group) {
    double greatest = 0;
    double squares = 0;
    for (float weight : group) {
      greatest = Math.max(greatest, Math.abs(weight));
      squares += (double) weight * weight;
    }
    double full = greatest / grid.greatest();
    return switch (rule) {
      case GREATEST, E4M3, DOUBLE_QUANTIZED -> full;
      case LEAST_SQUARES -> leastSquares(group, full);
      case ROOT_MEAN_SQUARE -> Math.sqrt(squares / Math.max(1, group.length));
      case POWER_OF_TWO ->
          greatest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(greatest) - Math.getExponent((double) grid.greatest()));
    };
  }

  private double leastSquares(float[] group, double full) {
    double best = full;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step < SEARCH_STEPS; step++) {
      double candidate = full * (100 - step) / 100;
      double error = Encoded.squaredError(group, scaled(candidate));
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  private static long toE4m3(double[] scales) {
    float[] e4m3 = Grid.e4m3().levels();
    double greatest = Arrays.stream(scales).max().orElse(0);
    double unit = greatest == 0 ? 1 : (float) (greatest / e4m3[e4m3.length - 1]);
    for (int g = 0; g < scales.length; g++) {
      scales[g] = Encoded.nearest((float) (scales[g] / unit), e4m3) * unit;
    }
    return Float.SIZE;
  }

  private static long toIntegers(double[] scales) {
    double mean = Arrays.stream(scales).average().orElse(0);
    int superGroups = Math.ceilDiv(scales.length, SUPER_GROUP);
    for (int s = 0; s < superGroups; s++) {
      int from = s * SUPER_GROUP;
      int to = Math.min(scales.length, from + SUPER_GROUP);
      double greatest = 0;
      for (int g = from; g < to; g++) {
        greatest = Math.max(greatest, Math.abs(scales[g] - mean));
      }
      double unit = greatest / LARGEST_CODE;
      for (int g = from; g < to && unit > 0; g++) {
        scales[g] = mean + Math.rint((scales[g] - mean) / unit) * unit;
      }
    }
    return (long) (superGroups + 1) * Float.SIZE;
  }

  private float[] scaled(double scale) {
    float[] levels = new float[grid.levels().length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (float) (grid.levels()[i] * scale);
    }
    return levels;
  }
}
