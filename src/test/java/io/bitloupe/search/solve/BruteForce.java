package io.bitloupe.search.solve;

import java.util.Optional;

/** Tries every combination: the oracle of all others, for small problems. */
final class BruteForce extends Solver {

  /** The most combinations that it tries: 3 to the 12th. */
  static final long MOST_COMBINATIONS = 531_441;

  /** Brute force. */
  BruteForce() {
    super("brute force", true);
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    double combinations = 1;
    for (int item = 0; item < knapsack.items(); item++) {
      combinations *= knapsack.alternatives(item);
    }
    if (combinations > MOST_COMBINATIONS) {
      throw new IllegalArgumentException("%.0f combinations are too many to try".formatted(combinations));
    }
    if (combinations == 0) {
      return Optional.empty();
    }
    int[] picks = new int[knapsack.items()];
    Optional<int[]> best = Optional.empty();
    double least = Double.POSITIVE_INFINITY;
    do {
      double loss = knapsack.loss(picks);
      if (loss < least && knapsack.feasible(picks)) {
        least = loss;
        best = Optional.of(picks.clone());
      }
    } while (advance(picks, knapsack));
    return best;
  }

  private static boolean advance(int[] picks, Knapsack knapsack) {
    for (int item = 0; item < picks.length; item++) {
      if (++picks[item] < knapsack.alternatives(item)) {
        return true;
      }
      picks[item] = 0;
    }
    return false;
  }
}
