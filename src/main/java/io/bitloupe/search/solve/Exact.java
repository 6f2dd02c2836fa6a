package io.bitloupe.search.solve;

import java.util.Optional;
import java.util.stream.IntStream;

/** Dynamic programming under one limit, integer programming under several. */
public final class Exact extends Solver {

  /** The optimum under any number of limits. */
  public Exact() {
    super("exact", true);
  }

  @Override
  Optional<int[]> pick(Knapsack knapsack) {
    boolean one = IntStream.range(0, knapsack.costCount()).filter(knapsack::limited).count() <= 1;
    return one ? new DynamicProgramming().pick(knapsack) : new IntegerProgram().pick(knapsack);
  }
}
