package io.bitloupe.ui.compare;

import java.util.OptionalDouble;

/**
 * One layer under A and under B.
 *
 * @param layer index of the layer
 * @param name its name
 * @param operator its operator
 * @param weights bits of the weights
 * @param activations bits of the output
 * @param granularity which weights share a scale
 * @param range how their range is found
 * @param bytes of the weights
 * @param milliseconds in the integer runtime
 * @param weightSqnrDb of the weights
 */
public record CompareRow(
    int layer,
    String name,
    String operator,
    Pair<String> weights,
    Pair<String> activations,
    Pair<String> granularity,
    Pair<String> range,
    Pair<OptionalDouble> bytes,
    Pair<OptionalDouble> milliseconds,
    Pair<OptionalDouble> weightSqnrDb) {

  /**
   * The same of A and of B.
   *
   * @param <T> what it is
   * @param a of A
   * @param b of B
   */
  public record Pair<T>(T a, T b) {
    /** Whether both differ. */
    public boolean differs() {
      return !a.equals(b);
    }
  }

  /** Whether the configurations differ in this layer. */
  public boolean differs() {
    return weights.differs() || activations.differs() || granularity.differs() || range.differs();
  }
}
