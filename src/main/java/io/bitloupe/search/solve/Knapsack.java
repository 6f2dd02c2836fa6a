package io.bitloupe.search.solve;

import java.util.List;
import java.util.Optional;

/**
 * A problem as arrays, tied units made one item and pinned ones left with their one alternative, so that an algorithm knows of
 * limits only.
 */
final class Knapsack {

  private final Problem problem;
  private final List<List<Integer>> members;
  private final int[][] origins;
  private final double[][] losses;
  private final long[][][] costs;
  private final long[] limits;

  private Knapsack(Problem problem, List<List<Integer>> members) {
    this.problem = problem;
    this.members = members;
    this.limits = problem.limits().stream().mapToLong(Long::longValue).toArray();
    this.losses = new double[members.size()][];
    this.costs = new long[members.size()][][];
    this.origins = new int[members.size()][];
    for (int item = 0; item < members.size(); item++) {
      List<Integer> units = members.get(item);
      int alternatives = problem.units().get(units.getFirst()).alternatives().size();
      int[] allowed = allowed(units, alternatives);
      origins[item] = allowed;
      losses[item] = new double[allowed.length];
      costs[item] = new long[allowed.length][limits.length];
      for (int j = 0; j < allowed.length; j++) {
        for (int unit : units) {
          Problem.Alternative alternative = problem.units().get(unit).alternatives().get(allowed[j]);
          losses[item][j] += alternative.loss();
          for (int cost = 0; cost < limits.length; cost++) {
            costs[item][j][cost] += alternative.costs().get(cost);
          }
        }
      }
    }
  }

  static Knapsack of(Problem problem) {
    return new Knapsack(problem, Components.of(problem.units().size(), problem.ties()));
  }

  private int[] allowed(List<Integer> units, int alternatives) {
    int[] pinned = units.stream().filter(problem.pins()::containsKey).mapToInt(problem.pins()::get).distinct().toArray();
    if (pinned.length > 1) {
      return new int[0];
    }
    return pinned.length == 1 ? pinned : java.util.stream.IntStream.range(0, alternatives).toArray();
  }

  Assignment expand(int[] picks) {
    Integer[] all = new Integer[problem.units().size()];
    for (int item = 0; item < picks.length; item++) {
      for (int unit : members.get(item)) {
        all[unit] = origins[item][picks[item]];
      }
    }
    return problem.assignment(List.of(all));
  }

  /** The first unit that {@code item} stands for. */
  int firstUnit(int item) {
    return members.get(item).getFirst();
  }

  int items() {
    return losses.length;
  }

  int alternatives(int item) {
    return losses[item].length;
  }

  int costCount() {
    return limits.length;
  }

  double loss(int item, int alternative) {
    return losses[item][alternative];
  }

  long cost(int item, int alternative, int cost) {
    return costs[item][alternative][cost];
  }

  long limit(int cost) {
    return limits[cost];
  }

  boolean limited(int cost) {
    return limits[cost] != Problem.NO_LIMIT;
  }

  double loss(int[] picks) {
    double loss = 0;
    for (int item = 0; item < picks.length; item++) {
      loss += losses[item][picks[item]];
    }
    return loss;
  }

  long cost(int[] picks, int cost) {
    long sum = 0;
    for (int item = 0; item < picks.length; item++) {
      sum += costs[item][picks[item]][cost];
    }
    return sum;
  }

  boolean feasible(int[] picks) {
    return excess(picks) == 0;
  }

  /** How far limits are exceeded, each as a share of its limit, in sum. */
  double excess(int[] picks) {
    double excess = 0;
    for (int cost = 0; cost < limits.length; cost++) {
      if (limited(cost)) {
        long over = cost(picks, cost) - limits[cost];
        excess += over > 0 ? over / (double) Math.max(1, limits[cost]) : 0;
      }
    }
    return excess;
  }

  /** All costs of an alternative, each as a share of its limit, in sum: one size for several limits. */
  double size(int item, int alternative) {
    double size = 0;
    for (int cost = 0; cost < limits.length; cost++) {
      if (limited(cost)) {
        size += costs[item][alternative][cost] / (double) Math.max(1, limits[cost]);
      }
    }
    return size;
  }

  /** The alternative of the least size for each item, of equal ones the one of the least loss; empty when an item has none. */
  Optional<int[]> cheapest() {
    int[] picks = new int[items()];
    for (int item = 0; item < picks.length; item++) {
      if (alternatives(item) == 0) {
        return Optional.empty();
      }
      for (int j = 1; j < alternatives(item); j++) {
        double difference = size(item, j) - size(item, picks[item]);
        if (difference < 0 || (difference == 0 && loss(item, j) < loss(item, picks[item]))) {
          picks[item] = j;
        }
      }
    }
    return Optional.of(picks);
  }
}
