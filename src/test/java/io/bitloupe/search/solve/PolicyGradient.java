package io.bitloupe.search.solve;

import java.util.Optional;

/** A {@link PolicyAgent} on the sum of losses, which it is not told: it learns them from what its policies lose. */
final class PolicyGradient extends Solver {

  /** Of the loss at the least cost: losses are compared by their logarithm, which this keeps from becoming infinite. */
  private static final double LEAST_SHARE = 1e-4;

  private final AgentSettings settings;

  PolicyGradient(AgentSettings settings) {
    super("policy gradient", false);
    this.settings = settings;
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    Optional<int[]> cheapest = knapsack.cheapest();
    if (cheapest.isEmpty()) {
      return Optional.empty();
    }
    double scale = Math.max(Double.MIN_NORMAL, knapsack.loss(cheapest.get()));
    double[][] features = new double[knapsack.items()][];
    for (int item = 0; item < features.length; item++) {
      double largest = 0;
      for (int j = 0; j < knapsack.alternatives(item); j++) {
        largest = Math.max(largest, knapsack.size(item, j));
      }
      features[item] = new double[] {Math.min(1, largest)};
    }
    return new PolicyAgent(settings).pick(knapsack, features, picks -> -Math.log(LEAST_SHARE + knapsack.loss(picks) / scale));
  }
}
