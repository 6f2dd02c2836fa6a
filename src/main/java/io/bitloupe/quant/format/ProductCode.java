package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Product quantization (Gong et al. 2014): stretches of neighbouring weights of an output channel become the nearest of a few
 * vectors that k-means found for the whole tensor; a cell that runs empty takes half of the largest. The last stretch of a
 * channel may be shorter and is compared by its own length.
 *
 * @param length weights in a vector
 * @param indexBits bits of an index, 1 to 12
 */
public record ProductCode(int length, int indexBits) implements NumberFormat {

  private static final int ITERATIONS = 15;
  private static final long SEED = 14126115;
  private static final float NUDGE = 1e-3f;

  /** Refuses empty vectors and indices outside 1 to 12 bits. */
  public ProductCode {
    if (length < 1 || length > 1024 || indexBits < 1 || indexBits > 12) {
      throw new IllegalArgumentException("a product code of %d weights and %d bits".formatted(length, indexBits));
    }
  }

  @Override
  public double codeBits() {
    return (double) indexBits / length;
  }

  @Override
  public Granularity usualGranularity() {
    return Granularity.TENSOR;
  }

  /** Encodes with one codebook for the tensor, whatever {@code granularity} says. */
  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    ScaleGroups blocks = NumberFormat.groups(weights, shape, axis, new Granularity.PerBlock(length));
    float[][] vectors = blocks.gather(weights);
    int count = Math.min(1 << indexBits, vectors.length);
    float[][] centroids = start(vectors, count);
    int[] cell = new int[vectors.length];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      boolean changed = assign(vectors, centroids, cell);
      if (!changed && iteration > 0) {
        break;
      }
      centroids = means(vectors, centroids, cell);
    }
    assign(vectors, centroids, cell);
    float[] decoded = new float[weights.length];
    int[] filled = new int[vectors.length];
    float[][] book = centroids;
    blocks.forEachRun(
        (block, from, to) -> {
          System.arraycopy(book[cell[block]], filled[block], decoded, from, to - from);
          filled[block] += to - from;
        });
    return new Encoded(decoded, List.of(), storage(vectors.length, count, Float.SIZE));
  }

  /** {@code (mn/d) log2 K + K d b} bits of {@code vectors} indices and {@code centroids} vectors of numbers of b bits. */
  long storage(long vectors, long centroids, int numberBits) {
    return vectors * indexBits + centroids * length * numberBits;
  }

  private float[][] start(float[][] vectors, int count) {
    Random random = new Random(SEED);
    float[][] centroids = new float[count][];
    for (int c = 0; c < count; c++) {
      int at = (int) (((long) c * vectors.length + random.nextInt(vectors.length)) / count % vectors.length);
      centroids[c] = Arrays.copyOf(vectors[at], length);
    }
    return centroids;
  }

  private static boolean assign(float[][] vectors, float[][] centroids, int[] cell) {
    boolean changed = false;
    for (int i = 0; i < vectors.length; i++) {
      int best = 0;
      float least = Float.POSITIVE_INFINITY;
      for (int c = 0; c < centroids.length; c++) {
        float distance = distance(vectors[i], centroids[c]);
        if (distance < least) {
          least = distance;
          best = c;
        }
      }
      changed |= cell[i] != best;
      cell[i] = best;
    }
    return changed;
  }

  private static float distance(float[] vector, float[] centroid) {
    float sum = 0;
    for (int j = 0; j < vector.length; j++) {
      float difference = vector[j] - centroid[j];
      sum += difference * difference;
    }
    return sum;
  }

  private float[][] means(float[][] vectors, float[][] centroids, int[] cell) {
    double[][] sums = new double[centroids.length][length];
    int[][] counts = new int[centroids.length][length];
    int[] sizes = new int[centroids.length];
    for (int i = 0; i < vectors.length; i++) {
      sizes[cell[i]]++;
      for (int j = 0; j < vectors[i].length; j++) {
        sums[cell[i]][j] += vectors[i][j];
        counts[cell[i]][j]++;
      }
    }
    float[][] next = new float[centroids.length][length];
    for (int c = 0; c < next.length; c++) {
      for (int j = 0; j < length; j++) {
        next[c][j] = counts[c][j] == 0 ? centroids[c][j] : (float) (sums[c][j] / counts[c][j]);
      }
    }
    for (int c = 0; c < next.length; c++) {
      if (sizes[c] == 0) {
        int largest = 0;
        for (int other = 0; other < sizes.length; other++) {
          largest = sizes[other] > sizes[largest] ? other : largest;
        }
        sizes[c] = sizes[largest] / 2;
        sizes[largest] -= sizes[c];
        for (int j = 0; j < length; j++) {
          next[c][j] = next[largest][j] * (1 + NUDGE);
        }
      }
    }
    return next;
  }
}
