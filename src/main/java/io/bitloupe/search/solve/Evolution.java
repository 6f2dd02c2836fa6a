package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Evolution of parents and children together (mu plus lambda): half of the children by crossover of two parents, half by
 * mutation of one; what exceeds a limit is rejected.
 */
public final class Evolution extends Solver {

  private static final int POPULATION = 50;
  private static final int PARENTS = 10;
  private static final int GENERATIONS = 200;
  private static final double MUTATION = 0.1;

  private final long seed;

  /** Evolution with random numbers from {@code seed}. */
  public Evolution(long seed) {
    super("evolution", false);
    this.seed = seed;
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    Optional<int[]> start = knapsack.cheapest().filter(knapsack::feasible);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    Random random = new Random(seed);
    Comparator<int[]> byLoss = Comparator.comparingDouble(knapsack::loss);
    List<int[]> parents = new ArrayList<>(List.of(start.get()));
    for (int generation = 0; generation < GENERATIONS; generation++) {
      List<int[]> all = new ArrayList<>(parents);
      for (int child = 0; child < POPULATION; child++) {
        int[] genome = child % 2 == 0 ? crossed(parents, random) : mutated(parents, knapsack, random);
        if (knapsack.feasible(genome) && all.stream().noneMatch(known -> Arrays.equals(known, genome))) {
          all.add(genome);
        }
      }
      all.sort(byLoss);
      parents = new ArrayList<>(all.subList(0, Math.min(PARENTS, all.size())));
    }
    return Optional.of(parents.getFirst());
  }

  private static int[] crossed(List<int[]> parents, Random random) {
    int[] genome = parents.get(random.nextInt(parents.size())).clone();
    int[] other = parents.get(random.nextInt(parents.size()));
    for (int item = 0; item < genome.length; item++) {
      genome[item] = random.nextBoolean() ? other[item] : genome[item];
    }
    return genome;
  }

  private static int[] mutated(List<int[]> parents, Knapsack knapsack, Random random) {
    int[] genome = parents.get(random.nextInt(parents.size())).clone();
    genome[random.nextInt(genome.length)] = -1;
    for (int item = 0; item < genome.length; item++) {
      if (genome[item] < 0 || random.nextDouble() < MUTATION) {
        genome[item] = random.nextInt(knapsack.alternatives(item));
      }
    }
    return genome;
  }
}
