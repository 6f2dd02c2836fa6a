package io.bitloupe.search.solve;

import java.util.Optional;

/**
 * Starts with the cheapest alternatives and takes, again and again, the step that lowers the loss most for what it costs and
 * still fits. Follows the optimum of the linear relaxation until the first step that does not fit.
 */
public final class Greedy extends Solver {

  /** Greedy. */
  public Greedy() {
    super("greedy", false);
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    Optional<int[]> start = knapsack.cheapest().filter(knapsack::feasible);
    start.ifPresent(picks -> improve(knapsack, picks));
    return start;
  }

  private static void improve(Knapsack knapsack, int[] picks) {
    boolean improved = true;
    while (improved) {
      improved = false;
      int bestItem = -1;
      int bestAlternative = -1;
      double bestRatio = 0;
      for (int item = 0; item < picks.length; item++) {
        int current = picks[item];
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          double gain = knapsack.loss(item, current) - knapsack.loss(item, j);
          double cost = knapsack.size(item, j) - knapsack.size(item, current);
          double ratio = cost <= 0 ? Double.POSITIVE_INFINITY : gain / cost;
          if (gain > 0 && ratio > bestRatio && fits(knapsack, picks, item, j)) {
            bestItem = item;
            bestAlternative = j;
            bestRatio = ratio;
          }
        }
      }
      if (bestItem >= 0) {
        picks[bestItem] = bestAlternative;
        improved = true;
      }
    }
  }

  private static boolean fits(Knapsack knapsack, int[] picks, int item, int alternative) {
    int before = picks[item];
    picks[item] = alternative;
    boolean fits = knapsack.feasible(picks);
    picks[item] = before;
    return fits;
  }
}
