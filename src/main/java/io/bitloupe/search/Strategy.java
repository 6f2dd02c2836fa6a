package io.bitloupe.search;

import io.bitloupe.search.solve.Solver;

/** How a search decides what to measure. */
public sealed interface Strategy {

  /**
   * Solves for the sum of the losses that layers have alone, and corrects itself by measurements.
   *
   * @param solver solves
   */
  record Solve(Solver solver) implements Strategy {}

  /**
   * Learns a policy from measured configurations (HAQ, 1811.08886).
   *
   * @param agent its sizes and rates
   */
  record Learn(io.bitloupe.search.solve.AgentSettings agent) implements Strategy {}
}
