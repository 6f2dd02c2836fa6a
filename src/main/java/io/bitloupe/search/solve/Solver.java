package io.bitloupe.search.solve;

import java.util.Optional;

/** An algorithm for {@link Problem}s. What it finds keeps every limit, tie and pin. */
public abstract class Solver {

  private final String name;
  private final boolean exact;

  Solver(String name, boolean exact) {
    this.name = name;
    this.exact = exact;
  }

  /** What it is called. */
  public final String name() {
    return name;
  }

  /** Whether what it finds is the optimum. */
  public final boolean exact() {
    return exact;
  }

  /** The best assignment that it finds; empty when it finds none, which for an exact one means that there is none. */
  public final Optional<Assignment> solve(Problem problem) {
    Knapsack knapsack = Knapsack.of(problem);
    return pick(knapsack).map(knapsack::expand);
  }

  /** An alternative for each item of {@code knapsack} that keeps all limits. */
  abstract Optional<int[]> pick(Knapsack knapsack);

  @Override
  public final String toString() {
    return name;
  }
}
