package io.bitloupe.search.solve;

import io.bitloupe.model.InvalidInputException;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code f_i[c] = min_j f_(i-1)[c - c_ij] + loss_ij} over whole units of one cost. Exact for one limit as long as the table is
 * counted in the costs' greatest common divisor; a table that would be too large is counted in coarser units with costs rounded
 * up, which keeps the limit but may miss the optimum.
 */
public final class DynamicProgramming extends Solver {

  private static final long MOST_CELLS = 50_000_000;

  /** Dynamic programming. */
  public DynamicProgramming() {
    super("dynamic programming", true);
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    int[] limited = java.util.stream.IntStream.range(0, knapsack.costCount()).filter(knapsack::limited).toArray();
    if (limited.length > 1) {
      throw new InvalidInputException("Dynamic programming takes one limit, not %d; use ilp or exact.".formatted(limited.length));
    }
    return limited.length == 0 ? leastLoss(knapsack) : pick(knapsack, limited[0]);
  }

  private static Optional<int[]> leastLoss(Knapsack knapsack) {
    int[] picks = new int[knapsack.items()];
    for (int item = 0; item < picks.length; item++) {
      if (knapsack.alternatives(item) == 0) {
        return Optional.empty();
      }
      for (int j = 1; j < knapsack.alternatives(item); j++) {
        picks[item] = knapsack.loss(item, j) < knapsack.loss(item, picks[item]) ? j : picks[item];
      }
    }
    return Optional.of(picks);
  }

  private static Optional<int[]> pick(Knapsack knapsack, int cost) {
    int items = knapsack.items();
    long unit = unit(knapsack, cost);
    long capacity = Math.min(knapsack.limit(cost) / unit, mostUnits(knapsack, cost, unit));
    if (capacity < 0) {
      return Optional.empty();
    }
    int width = Math.toIntExact(capacity + 1);
    double[] best = new double[width];
    byte[][] chosen = new byte[items][width];
    for (int item = 0; item < items; item++) {
      double[] next = new double[width];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      for (int j = 0; j < knapsack.alternatives(item); j++) {
        long step = Math.ceilDiv(knapsack.cost(item, j, cost), unit);
        for (int c = (int) Math.min(step, width); c < width; c++) {
          double loss = best[(int) (c - step)] + knapsack.loss(item, j);
          if (loss < next[c]) {
            next[c] = loss;
            chosen[item][c] = (byte) j;
          }
        }
      }
      best = next;
    }
    if (Double.isInfinite(best[width - 1])) {
      return Optional.empty();
    }
    int[] picks = new int[items];
    int c = width - 1;
    for (int item = items - 1; item >= 0; item--) {
      picks[item] = chosen[item][c];
      c -= (int) Math.ceilDiv(knapsack.cost(item, picks[item], cost), unit);
    }
    return Optional.of(picks);
  }

  private static long mostUnits(Knapsack knapsack, int cost, long unit) {
    long sum = 0;
    for (int item = 0; item < knapsack.items(); item++) {
      long most = 0;
      for (int j = 0; j < knapsack.alternatives(item); j++) {
        most = Math.max(most, Math.ceilDiv(knapsack.cost(item, j, cost), unit));
      }
      sum += most;
    }
    return sum;
  }

  private static long unit(Knapsack knapsack, int cost) {
    long divisor = 0;
    for (int item = 0; item < knapsack.items(); item++) {
      for (int j = 0; j < knapsack.alternatives(item); j++) {
        divisor = gcd(divisor, knapsack.cost(item, j, cost));
      }
    }
    long unit = Math.max(1, divisor);
    long cells = Math.min(knapsack.limit(cost) / unit, mostUnits(knapsack, cost, unit)) * Math.max(1, knapsack.items());
    return unit * Math.max(1, Math.ceilDiv(cells, MOST_CELLS));
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
