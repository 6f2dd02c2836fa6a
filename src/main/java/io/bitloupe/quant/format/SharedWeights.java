package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Weight sharing by k-means (Han et al. 2016, 3): the 2^bits centroids of each group that make {@code Σ (w - c)²} least from
 * where they start; a float32 for each.
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
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    List<float[]> levels = Encoded.levels(weights, groups, this::centroids);
    return Encoded.nearest(weights, groups, levels, (long) weights.length * bits + (long) levels.size() * (1 << bits) * Float.SIZE);
  }

  /** The centroids of {@code values}, ascending. */
  float[] centroids(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] sums = new double[sorted.length + 1];
    for (int i = 0; i < sorted.length; i++) {
      sums[i + 1] = sums[i] + sorted[i];
    }
    double[] centroids = start(sorted);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double moved = 0;
      int from = 0;
      double[] next = centroids.clone();
      for (int c = 0; c < centroids.length; c++) {
        int to = c == centroids.length - 1 ? sorted.length : upTo(sorted, (centroids[c] + centroids[c + 1]) / 2, from);
        if (to > from) {
          next[c] = (sums[to] - sums[from]) / (to - from);
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
