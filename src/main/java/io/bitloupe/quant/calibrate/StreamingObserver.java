package io.bitloupe.quant.calibrate;

import io.bitloupe.quant.Range;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Watches the values of one tensor and keeps O(bins) of them: extremes, moments, exact zeros and a histogram.
 *
 * <p>Bins have widths that are powers of two and edges at multiples of the width, so that a bin of double width is exactly the
 * union of two; when a value lies beyond the last bin, the width doubles and neighbours merge. Which bins result therefore
 * depends on the greatest magnitude alone, and their counts do not depend on the order of the values, on batching, or on which
 * thread saw them. Moments are summed in double within a chunk and exactly across chunks ({@link ExactSum}): results are equal
 * to the last bit as long as the chunks are the same, for instance one per sample.
 *
 * <p>Not thread-safe: each thread fills its own, then they are merged.
 */
public final class StreamingObserver {

  /** Bins on either side of 0; between half of them and all cover the larger side. */
  public static final int BINS_PER_SIDE = 4096;

  private static final int BITS_PER_SIDE = 12;
  /** Least width, 2^-100: magnitudes below it share the first bin. */
  private static final int LEAST_EXPONENT = -100;
  /** Magnitudes below this count as positive when bins are chosen; far below the least width, so no count depends on it. */
  private static final float SIGN_SCALE = 0x1p120f;

  private static final int BLOCK = 1024;
  private static final int LANES = 256;

  /** Two tables, filled in turn, so that equal neighbours do not wait for each other's increment. */
  private final long[] even = new long[2 * BINS_PER_SIDE];

  private final long[] odd = new long[2 * BINS_PER_SIDE];
  private final int[] index = new int[BLOCK];
  private final double[] laneSums = new double[LANES];
  private final double[] laneSquares = new double[LANES];
  private final SortedMap<Integer, Range> samples = new TreeMap<>();
  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private long count;
  private boolean anonymous;
  private long nonFinite;
  private long zeros;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;
  /** Bins are 2^exponent wide. */
  private int exponent = LEAST_EXPONENT;

  /** Watches all of {@code values} as one chunk. */
  public void accept(float[] values) {
    accept(values, 0, values.length);
  }

  /**
   * Watches {@code values[from, to)} as one chunk.
   *
   * @param sample number of the sample that they belong to
   */
  public void accept(float[] values, int from, int to, int sample) {
    float least = 0;
    float greatest = 0;
    for (int i = from; i < to; i++) {
      if (Float.isFinite(values[i])) {
        least = Math.min(least, values[i]);
        greatest = Math.max(greatest, values[i]);
      }
    }
    samples.merge(sample, new Range(least, greatest), StreamingObserver::union);
    watch(values, from, to);
  }

  private static Range union(Range a, Range b) {
    return new Range(Math.min(a.min(), b.min()), Math.max(a.max(), b.max()));
  }

  /** Watches {@code values[from, to)} as one chunk of no sample: samples have no ranges then. */
  public void accept(float[] values, int from, int to) {
    anonymous |= to > from;
    watch(values, from, to);
  }

  private void watch(float[] values, int from, int to) {
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      least = Math.min(least, values[i]);
      greatest = Math.max(greatest, values[i]);
    }
    if (least > greatest) {
      return;
    }
    if (!(least >= -Float.MAX_VALUE && greatest <= Float.MAX_VALUE)) {
      acceptFinite(values, from, to);
      return;
    }
    min = Math.min(min, least);
    max = Math.max(max, greatest);
    count += to - from;
    widenTo(exponentFor(Math.max(-least, greatest)));
    float inverse = Math.scalb(1f, -exponent);
    Arrays.fill(laneSums, 0);
    Arrays.fill(laneSquares, 0);
    for (int start = from; start < to; start += BLOCK) {
      int length = Math.min(BLOCK, to - start);
      addToBins(values, start, length, inverse);
      addToMoments(values, start, length);
    }
    addLanes(laneSums, sum);
    addLanes(laneSquares, squares);
  }

  private void acceptFinite(float[] values, int from, int to) {
    float[] finite = new float[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (Float.isFinite(values[i])) {
        finite[length++] = values[i];
      }
    }
    nonFinite += to - from - length;
    watch(finite, 0, length);
  }

  private void addToBins(float[] values, int start, int length, float inverse) {
    int[] bins = index;
    int nonZeros = 0;
    for (int i = 0; i < length; i++) {
      nonZeros += (int) Math.min(Math.abs(values[start + i]) * 0x1p127f * 0x1p23f, 1f);
    }
    zeros += length - nonZeros;
    for (int i = 0; i < length; i++) {
      float value = values[start + i];
      int magnitude = (int) (Math.abs(value) * inverse);
      int sign = (int) (value * SIGN_SCALE) >> 31;
      bins[i] = (magnitude ^ sign) + BINS_PER_SIDE;
    }
    int i = 0;
    for (; i + 1 < length; i += 2) {
      even[bins[i]]++;
      odd[bins[i + 1]]++;
    }
    if (i < length) {
      even[bins[i]]++;
    }
  }

  private void addToMoments(float[] values, int start, int length) {
    double[] sums = laneSums;
    double[] squaredSums = laneSquares;
    for (int row = 0; row < length; row += LANES) {
      int lanes = Math.min(LANES, length - row);
      for (int lane = 0; lane < lanes; lane++) {
        double value = values[start + row + lane];
        sums[lane] += value;
        squaredSums[lane] += value * value;
      }
    }
  }

  private static void addLanes(double[] lanes, ExactSum total) {
    double chunk = 0;
    for (double lane : lanes) {
      chunk += lane;
    }
    total.add(chunk);
  }

  /** Adds what {@code other} has seen, as if this observer had seen it too. */
  public void merge(StreamingObserver other) {
    anonymous |= other.anonymous;
    other.samples.forEach((sample, range) -> samples.merge(sample, range, StreamingObserver::union));
    count += other.count;
    nonFinite += other.nonFinite;
    zeros += other.zeros;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    sum.add(other.sum);
    squares.add(other.squares);
    widenTo(other.exponent);
    int shift = exponent - other.exponent;
    for (int bin = 0; bin < BINS_PER_SIDE; bin++) {
      int up = BINS_PER_SIDE + bin;
      int down = BINS_PER_SIDE - 1 - bin;
      int coarse = shift < BITS_PER_SIDE ? bin >> shift : 0;
      even[BINS_PER_SIDE + coarse] += other.even[up] + other.odd[up];
      even[BINS_PER_SIDE - 1 - coarse] += other.even[down] + other.odd[down];
    }
  }

  /** What was seen so far. */
  public TensorStatistics statistics() {
    double width = Math.scalb(1.0, exponent);
    if (count == 0) {
      return new TensorStatistics(0, nonFinite, 0, 0, 0, 0, 0, 0, new Histogram(0, width, new long[1]), List.of());
    }
    int first = 0;
    while (even[first] + odd[first] == 0) {
      first++;
    }
    int last = 2 * BINS_PER_SIDE - 1;
    while (even[last] + odd[last] == 0) {
      last--;
    }
    long[] counts = new long[last - first + 1];
    for (int bin = 0; bin < counts.length; bin++) {
      counts[bin] = even[first + bin] + odd[first + bin];
    }
    Histogram histogram = new Histogram((first - BINS_PER_SIDE) * width, width, counts);
    double mean = sum.value() / count;
    double variance = Math.max(0, squares.value() / count - mean * mean);
    double deviation = absoluteDeviation(histogram, mean);
    return new TensorStatistics(
        count, nonFinite, min + 0f, max + 0f, mean, Math.sqrt(variance), deviation, (double) zeros / count, histogram,
        anonymous ? List.of() : List.copyOf(samples.values()));
  }

  /** E|x - mean| with the zeros taken exactly and the other values spread evenly over their bins. */
  private double absoluteDeviation(Histogram histogram, double mean) {
    double total = zeros * Math.abs(mean);
    double width = histogram.width();
    for (int bin = 0; bin < histogram.bins(); bin++) {
      double edge = histogram.edge(bin);
      long values = histogram.counts()[bin] - (edge == 0 ? zeros : 0);
      double left = mean - edge;
      double right = edge + width - mean;
      double distance = left > 0 && right > 0 ? (left * left + right * right) / (2 * width) : Math.abs(left + right - 2 * left) / 2;
      total += values * distance;
    }
    return total / count;
  }

  private void widenTo(int target) {
    int shift = target - exponent;
    if (shift <= 0) {
      return;
    }
    coarsen(even, shift);
    coarsen(odd, shift);
    exponent = target;
  }

  private static void coarsen(long[] table, int shift) {
    for (int bin = 0; bin < BINS_PER_SIDE; bin++) {
      int coarse = shift < BITS_PER_SIDE ? bin >> shift : 0;
      move(table, BINS_PER_SIDE + bin, BINS_PER_SIDE + coarse);
      move(table, BINS_PER_SIDE - 1 - bin, BINS_PER_SIDE - 1 - coarse);
    }
  }

  private static void move(long[] table, int from, int to) {
    long values = table[from];
    table[from] = 0;
    table[to] += values;
  }

  /** Exponent of the least width whose bins reach beyond {@code magnitude}. */
  private static int exponentFor(float magnitude) {
    return magnitude == 0 ? LEAST_EXPONENT : Math.max(LEAST_EXPONENT, Math.getExponent(magnitude) + 1 - BITS_PER_SIDE);
  }
}
