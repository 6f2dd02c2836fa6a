package io.bitloupe.search.solve;

import java.util.List;

/**
 * One alternative for each unit of a problem.
 *
 * @param picks index of the alternative of each unit
 * @param loss sum of the losses, in the order of the units
 * @param costs sums of the costs
 */
public record Assignment(List<Integer> picks, double loss, List<Long> costs) {
  /** Copies the lists. */
  public Assignment {
    picks = List.copyOf(picks);
    costs = List.copyOf(costs);
  }
}
