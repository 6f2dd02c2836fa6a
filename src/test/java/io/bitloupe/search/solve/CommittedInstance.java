package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.List;

/** Four layers of 3000, 5000, 4000 and 2000 weights at 2, 4 or 8 bits, whose optima are known. */
final class CommittedInstance {

  static final long[] BUDGETS = {40_000, 44_000, 48_000, 64_000, 72_000};
  static final double[] OPTIMA = {22.9, 19.0, 12.9, 9.05, 7.0};
  static final double[] GREEDY = {22.9, 22.9, 12.9, 9.05, 7.0};

  private static final int[] WEIGHTS = {3000, 5000, 4000, 2000};
  private static final int[] BITS = {2, 4, 8};
  private static final double[][] LOSSES = {{9, 2, .1}, {14, 4, .2}, {6, 3, .1}, {7, .9, .05}};

  private CommittedInstance() {}

  static Problem at(long budget) {
    List<Problem.Unit> units = new ArrayList<>();
    for (int layer = 0; layer < WEIGHTS.length; layer++) {
      List<Problem.Alternative> alternatives = new ArrayList<>();
      for (int j = 0; j < BITS.length; j++) {
        alternatives.add(new Problem.Alternative("W" + BITS[j], LOSSES[layer][j], List.of((long) WEIGHTS[layer] * BITS[j])));
      }
      units.add(new Problem.Unit("layer " + layer, alternatives));
    }
    return new Problem(units, List.of(budget));
  }
}
