package io.bitloupe.exec.integer;

import java.util.List;

/**
 * An operator with its place in a plan.
 *
 * @param conversions changes of layout that must come first
 * @param operator what it computes
 * @param inputs values that it reads, by index
 * @param output value that it writes, by index
 */
record PlannedStep(List<Conversion> conversions, IntegerOperator operator, List<Integer> inputs, int output) {

  /** Copies the lists. */
  PlannedStep {
    conversions = List.copyOf(conversions);
    inputs = List.copyOf(inputs);
  }

  /**
   * A change of layout.
   *
   * @param from value that is there
   * @param to value that is wanted
   * @param inPlace whether both lie the same way and share memory
   */
  record Conversion(int from, int to, boolean inPlace) {}
}
