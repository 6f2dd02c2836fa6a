package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Weight sharing by k-means (Han et al. 2016, 3): the 2^bits centroids of each group that make {@code Σ (w - c)²} least from
 * where they start; a float32 for each. Where weights matter unequally it is {@code Σ h (w - c)²}, whose centroids are
 * {@code Σ h w / Σ h} (Choi et al. 2017, Hessian-weighted k-means). Weights that have no more different values than there are
 * centroids keep them.
 *
 * @param bits bits of an index, 1 to 8
 * @param start where the centroids start
 */
public record SharedWeights(int bits, Start start) implements NumberFormat {

  private static final int ITERATIONS = 300;
  private static final long SEED = 20160201;

  /** Where centroids start. */
  public enum Start {
    /** At equal distances from the least to the greatest weight. */
    LINEAR,
    /** At equal steps of the cumulative distribution. */
    DENSITY,
    /** At weights drawn at random, always the same ones. */
    FORGY
  }

  /** Refuses widths outside 1 to 8. */
  public SharedWeights {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("shared weights with indices of " + bits + " bits");
    }
  }

  @Override
  public double codeBits() {
    return bits;
  }

  @Override
  public Granularity usualGranularity() {
    return Granularity.TENSOR;
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    float[] alike = new float[weights.length];
    Arrays.fill(alike, 1);
    return encode(weights, alike, shape, axis, granularity);
  }

  /**
   * Encodes weights that matter unequally.
   *
   * @param importance h of each weight, above 0
   */
  public Encoded encode(float[] weights, float[] importance, Shape shape, int axis, Granularity granularity) {
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    float[][] values = groups.gather(weights);
    float[][] shares = groups.gather(importance);
    List<float[]> levels = new ArrayList<>();
    for (int group = 0; group < values.length; group++) {
      levels.add(centroids(values[group], shares[group]));
    }
    return Encoded.nearest(weights, groups, levels, (long) weights.length * bits + (long) levels.size() * (1 << bits) * Float.SIZE);
  }

  /** The centroids of {@code values}, ascending. */
  private float[] centroids(float[] values, float[] importance) {
    int[] order = order(values);
    float[] sorted = new float[order.length];
    double[] sums = new double[order.length + 1];
    double[] masses = new double[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      sorted[i] = values[order[i]];
      masses[i + 1] = masses[i] + importance[order[i]];
      sums[i + 1] = sums[i] + (double) importance[order[i]] * sorted[i];
    }
    return few(sorted).orElseGet(() -> settled(sorted, sums, masses));
  }

  /** Where the values stand, the least first. */
  private static int[] order(float[] values) {
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(values[i]);
      keys[i] = (long) (bits ^ (bits >> 31 & Integer.MAX_VALUE)) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  /** The different values, the last one repeated where there are fewer than centroids; empty where there are more. */
  private Optional<float[]> few(float[] sorted) {
    float[] levels = new float[1 << bits];
    int found = 0;
    for (float value : sorted) {
      if (found == 0 || levels[found - 1] != value) {
        if (found == levels.length) {
          return Optional.empty();
        }
        levels[found++] = value + 0f;
      }
    }
    Arrays.fill(levels, found, levels.length, found == 0 ? 0 : levels[found - 1]);
    return Optional.of(levels);
  }

  private float[] settled(float[] sorted, double[] sums, double[] masses) {
    double[] centroids = start(sorted);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double moved = 0;
      int from = 0;
      double[] next = centroids.clone();
      for (int c = 0; c < centroids.length; c++) {
        int to = c == centroids.length - 1 ? sorted.length : upTo(sorted, (centroids[c] + centroids[c + 1]) / 2, from);
        if (to > from) {
          next[c] = (sums[to] - sums[from]) / (masses[to] - masses[from]);
        }
        moved = Math.max(moved, Math.abs(next[c] - centroids[c]));
        from = to;
      }
      centroids = next;
      if (moved == 0) {
        break;
      }
    }
    float[] levels = new float[centroids.length];
    for (int c = 0; c < levels.length; c++) {
      levels[c] = (float) centroids[c];
    }
    Arrays.sort(levels);
    return levels;
  }

  private double[] start(float[] sorted) {
    double[] centroids = new double[1 << bits];
    int n = sorted.length;
    double least = sorted[0];
    double greatest = sorted[n - 1];
    int last = centroids.length - 1;
    Random random = new Random(SEED);
    IntToDoubleFunction at =
        switch (start) {
          case LINEAR -> i -> least + (greatest - least) * i / last;
          case DENSITY -> i -> sorted[(int) Math.min(n - 1, (i + 0.5) * n / centroids.length)];
          case FORGY -> _ -> sorted[random.nextInt(n)];
        };
    Arrays.setAll(centroids, at);
    Arrays.sort(centroids);
    return centroids;
  }

  /** Number of values at most {@code bound}, at least {@code from}. */
  private static int upTo(float[] sorted, double bound, int from) {
    int low = from;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
