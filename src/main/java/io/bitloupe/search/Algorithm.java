package io.bitloupe.search;

import io.bitloupe.search.solve.AgentSettings;
import io.bitloupe.search.solve.DynamicProgramming;
import io.bitloupe.search.solve.Evolution;
import io.bitloupe.search.solve.Exact;
import io.bitloupe.search.solve.Greedy;
import io.bitloupe.search.solve.IntegerProgram;
import io.bitloupe.search.solve.Nsga2;
import io.bitloupe.search.solve.ParetoMerge;
import java.util.Locale;

/** Strategies by name, those that draw random numbers with a fixed seed. */
public enum Algorithm {
  /** Dynamic programming under one limit, an integer program under several. */
  EXACT,
  /** Dynamic programming. */
  DP,
  /** An integer program. */
  ILP,
  /** Pareto merge. */
  PARETO,
  /** The best gain for its cost that fits, again and again. */
  GREEDY,
  /** NSGA-II. */
  NSGA2,
  /** Evolution of a single population. */
  EVOLUTION,
  /** Reinforcement learning on measurements. */
  DDPG;

  private static final long SEED = 1;

  /** How it searches. */
  public Strategy strategy() {
    return switch (this) {
      case EXACT -> new Strategy.Solve(new Exact());
      case DP -> new Strategy.Solve(new DynamicProgramming());
      case ILP -> new Strategy.Solve(new IntegerProgram());
      case PARETO -> new Strategy.Solve(new ParetoMerge());
      case GREEDY -> new Strategy.Solve(new Greedy());
      case NSGA2 -> new Strategy.Solve(new Nsga2(SEED));
      case EVOLUTION -> new Strategy.Solve(new Evolution(SEED));
      case DDPG -> new Strategy.Learn(AgentSettings.standard(SEED));
    };
  }

  /** The name that people type. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
