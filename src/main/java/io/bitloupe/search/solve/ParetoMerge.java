package io.bitloupe.search.solve;

import io.bitloupe.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Merges the alternatives item by item and keeps what no other combination beats in every cost and in loss (the exact front of
 * ZeroQ, 2001.00281). Exact for any number of limits; what exceeds a limit is left out on the way.
 */
public final class ParetoMerge extends Solver {

  private static final int MOST_KEPT = 2_000_000;

  /** Exact Pareto merge. */
  public ParetoMerge() {
    super("Pareto merge", true);
  }

  /** A combination of the first items, as a chain back to the first. */
  private record Partial(double loss, long[] costs, int pick, Optional<Partial> before) {}

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    int[] limited = IntStream.range(0, knapsack.costCount()).filter(knapsack::limited).toArray();
    return merge(knapsack, limited).stream().min(Comparator.comparingDouble(Partial::loss)).map(ParetoMerge::picks);
  }

  /** Every assignment that no other one beats in all costs and in loss, by rising first cost. */
  public List<Assignment> front(Problem problem) {
    Knapsack knapsack = Knapsack.of(problem);
    return merge(knapsack, IntStream.range(0, knapsack.costCount()).toArray()).stream()
        .map(partial -> knapsack.expand(picks(partial)))
        .toList();
  }

  private static List<Partial> merge(Knapsack knapsack, int[] costs) {
    List<Partial> front = List.of(new Partial(0, new long[costs.length], -1, Optional.empty()));
    long[][] ahead = leastAhead(knapsack, costs);
    for (int item = 0; item < knapsack.items(); item++) {
      List<Partial> merged = new ArrayList<>(front.size() * knapsack.alternatives(item));
      for (Partial partial : front) {
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          extend(knapsack, partial, item, j, costs, ahead[item + 1]).ifPresent(merged::add);
        }
      }
      front = nonDominated(merged);
      if (front.size() > MOST_KEPT) {
        throw new InvalidInputException("The exact front has too many points under these limits; use ilp or exact.");
      }
    }
    return front;
  }

  private static Optional<Partial> extend(Knapsack knapsack, Partial partial, int item, int pick, int[] costs, long[] ahead) {
    long[] sums = partial.costs().clone();
    for (int cost = 0; cost < costs.length; cost++) {
      sums[cost] += knapsack.cost(item, pick, costs[cost]);
      if (knapsack.limited(costs[cost]) && sums[cost] + ahead[cost] > knapsack.limit(costs[cost])) {
        return Optional.empty();
      }
    }
    return Optional.of(new Partial(partial.loss() + knapsack.loss(item, pick), sums, pick, Optional.of(partial)));
  }

  /** The least that the items from each one on add to each cost. */
  private static long[][] leastAhead(Knapsack knapsack, int[] costs) {
    long[][] ahead = new long[knapsack.items() + 1][costs.length];
    for (int item = knapsack.items() - 1; item >= 0; item--) {
      for (int cost = 0; cost < costs.length; cost++) {
        long least = Long.MAX_VALUE;
        for (int j = 0; j < knapsack.alternatives(item); j++) {
          least = Math.min(least, knapsack.cost(item, j, costs[cost]));
        }
        ahead[item][cost] = ahead[item + 1][cost] + (least == Long.MAX_VALUE ? 0 : least);
      }
    }
    return ahead;
  }

  private static List<Partial> nonDominated(List<Partial> partials) {
    partials.sort(
        Comparator.<Partial, long[]>comparing(Partial::costs, Arrays::compare).thenComparingDouble(Partial::loss));
    List<Partial> kept = new ArrayList<>();
    for (Partial candidate : partials) {
      if (candidate.costs().length <= 1) {
        if (kept.isEmpty() || candidate.loss() < kept.getLast().loss()) {
          kept.add(candidate);
        }
      } else if (kept.stream().noneMatch(other -> beats(other, candidate))) {
        kept.add(candidate);
      }
    }
    return kept;
  }

  private static boolean beats(Partial one, Partial other) {
    for (int cost = 0; cost < one.costs().length; cost++) {
      if (one.costs()[cost] > other.costs()[cost]) {
        return false;
      }
    }
    return one.loss() <= other.loss();
  }

  private static int[] picks(Partial last) {
    List<Integer> backwards = new ArrayList<>();
    for (Partial partial = last; partial.before().isPresent(); partial = partial.before().get()) {
      backwards.add(partial.pick());
    }
    return backwards.reversed().stream().mapToInt(Integer::intValue).toArray();
  }
}
