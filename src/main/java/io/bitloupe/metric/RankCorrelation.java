package io.bitloupe.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How far two lists of figures agree about order. */
public final class RankCorrelation {

  private RankCorrelation() {}

  /**
   * Spearman's rank correlation, equal figures sharing the mean of their ranks.
   *
   * @return -1 to 1; NaN for fewer than two pairs, or where one list is constant
   */
  public static double spearman(double[] one, double[] other) {
    if (one.length != other.length) {
      throw new IllegalArgumentException(one.length + " and " + other.length + " figures");
    }
    double[] x = ranks(one);
    double[] y = ranks(other);
    double mean = (one.length + 1) / 2.0;
    double both = 0;
    double ofX = 0;
    double ofY = 0;
    for (int i = 0; i < x.length; i++) {
      both += (x[i] - mean) * (y[i] - mean);
      ofX += (x[i] - mean) * (x[i] - mean);
      ofY += (y[i] - mean) * (y[i] - mean);
    }
    return ofX == 0 || ofY == 0 ? Double.NaN : both / Math.sqrt(ofX * ofY);
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i])).mapToInt(Integer::intValue).toArray();
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      double shared = (from + to + 1) / 2.0;
      Arrays.stream(order, from, to).forEach(i -> ranks[i] = shared);
      from = to;
    }
    return ranks;
  }
}
