package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * NSGA-II (Deb et al., A fast and elitist multiobjective genetic algorithm, 2002) on integer genomes: non-dominated sorting,
 * crowding, binary tournaments, uniform crossover, and limits by constraint domination. The objectives are all costs and the loss.
 */
public final class Nsga2 extends Solver {

  private static final int POPULATION = 100;
  private static final int GENERATIONS = 200;
  private static final double CROSSOVER = 0.9;

  private final long seed;

  /** NSGA-II with random numbers from {@code seed}. */
  public Nsga2(long seed) {
    super("NSGA-II", false);
    this.seed = seed;
  }

  private static final class Individual {
    private final int[] genome;
    private final double excess;
    private final double[] objectives;
    private int rank;
    private double crowding;

    Individual(int[] genome, Knapsack knapsack) {
      this.genome = genome;
      this.excess = knapsack.excess(genome);
      this.objectives = new double[knapsack.costCount() + 1];
      for (int cost = 0; cost < knapsack.costCount(); cost++) {
        objectives[cost] = knapsack.cost(genome, cost);
      }
      objectives[knapsack.costCount()] = knapsack.loss(genome);
    }

    double loss() {
      return objectives[objectives.length - 1];
    }

    boolean dominates(Individual other) {
      if (excess != other.excess) {
        return excess < other.excess;
      }
      boolean better = false;
      for (int i = 0; i < objectives.length; i++) {
        if (objectives[i] > other.objectives[i]) {
          return false;
        }
        better |= objectives[i] < other.objectives[i];
      }
      return better;
    }
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    return evolve(knapsack).stream().min(Comparator.comparingDouble(Individual::loss)).map(best -> best.genome);
  }

  /** The assignments of the last generation that keep all limits and that none of the others beats, by rising first cost. */
  public List<Assignment> front(Problem problem) {
    Knapsack knapsack = Knapsack.of(problem);
    return evolve(knapsack).stream()
        .filter(one -> one.rank == 0)
        .map(one -> knapsack.expand(one.genome))
        .distinct()
        .sorted(Comparator.comparing((Assignment one) -> one.costs().getFirst()).thenComparingDouble(Assignment::loss))
        .toList();
  }

  private List<Individual> evolve(Knapsack knapsack) {
    Optional<int[]> cheapest = knapsack.cheapest();
    if (cheapest.isEmpty()) {
      return List.of();
    }
    Random random = new Random(seed);
    List<Individual> population = new ArrayList<>();
    population.add(new Individual(cheapest.get(), knapsack));
    while (population.size() < POPULATION) {
      int[] genome = new int[knapsack.items()];
      Arrays.setAll(genome, item -> random.nextInt(knapsack.alternatives(item)));
      population.add(new Individual(genome, knapsack));
    }
    sort(population);
    for (int generation = 0; generation < GENERATIONS; generation++) {
      List<Individual> all = new ArrayList<>(population);
      while (all.size() < 2 * POPULATION) {
        all.add(new Individual(child(tournament(population, random), tournament(population, random), knapsack, random), knapsack));
      }
      population = survivors(distinct(all));
    }
    return population.stream().filter(one -> one.excess == 0).toList();
  }

  private static List<Individual> distinct(List<Individual> all) {
    Set<List<Integer>> seen = new LinkedHashSet<>();
    return all.stream().filter(one -> seen.add(Arrays.stream(one.genome).boxed().toList())).toList();
  }

  private static Individual tournament(List<Individual> population, Random random) {
    Individual one = population.get(random.nextInt(population.size()));
    Individual other = population.get(random.nextInt(population.size()));
    if (one.rank != other.rank) {
      return one.rank < other.rank ? one : other;
    }
    return one.crowding >= other.crowding ? one : other;
  }

  private static int[] child(Individual mother, Individual father, Knapsack knapsack, Random random) {
    int[] genome = mother.genome.clone();
    if (random.nextDouble() < CROSSOVER) {
      for (int item = 0; item < genome.length; item++) {
        genome[item] = random.nextBoolean() ? father.genome[item] : genome[item];
      }
    }
    for (int item = 0; item < genome.length; item++) {
      if (random.nextInt(genome.length) == 0) {
        genome[item] = random.nextInt(knapsack.alternatives(item));
      }
    }
    return genome;
  }

  private static List<Individual> survivors(List<Individual> all) {
    List<Individual> survivors = new ArrayList<>();
    for (List<Individual> front : sort(all)) {
      List<Individual> ordered = new ArrayList<>(front);
      ordered.sort(Comparator.comparingDouble((Individual one) -> one.crowding).reversed());
      survivors.addAll(ordered.subList(0, Math.min(ordered.size(), POPULATION - survivors.size())));
      if (survivors.size() == POPULATION) {
        break;
      }
    }
    return survivors;
  }

  /** Fronts of falling merit; sets rank and crowding. */
  private static List<List<Individual>> sort(List<Individual> all) {
    int count = all.size();
    int[] dominators = new int[count];
    List<List<Integer>> dominated = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      dominated.add(new ArrayList<>());
    }
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        if (all.get(i).dominates(all.get(j))) {
          dominated.get(i).add(j);
          dominators[j]++;
        }
      }
    }
    List<List<Individual>> fronts = new ArrayList<>();
    List<Integer> current = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (dominators[i] == 0) {
        current.add(i);
      }
    }
    while (!current.isEmpty()) {
      List<Integer> next = new ArrayList<>();
      for (int i : current) {
        all.get(i).rank = fronts.size();
        for (int j : dominated.get(i)) {
          if (--dominators[j] == 0) {
            next.add(j);
          }
        }
      }
      List<Individual> front = current.stream().map(all::get).toList();
      crowd(front);
      fronts.add(front);
      current = next;
    }
    return fronts;
  }

  private static void crowd(List<Individual> front) {
    front.forEach(one -> one.crowding = 0);
    for (int objective = 0; objective < front.getFirst().objectives.length; objective++) {
      int o = objective;
      List<Individual> ordered = new ArrayList<>(front);
      ordered.sort(Comparator.comparingDouble(one -> one.objectives[o]));
      double span = ordered.getLast().objectives[o] - ordered.getFirst().objectives[o];
      ordered.getFirst().crowding = Double.POSITIVE_INFINITY;
      ordered.getLast().crowding = Double.POSITIVE_INFINITY;
      for (int i = 1; i < ordered.size() - 1 && span > 0; i++) {
        ordered.get(i).crowding += (ordered.get(i + 1).objectives[o] - ordered.get(i - 1).objectives[o]) / span;
      }
    }
  }
}
