package io.bitloupe.cost;

/**
 * An estimate of energy.
 *
 * @param picojoules for one sample
 * @param interpolated whether an operation entered that the table does not have
 */
public record Energy(double picojoules, boolean interpolated) {

  /** None. */
  public static final Energy ZERO = new Energy(0, false);

  /** Both together. */
  public Energy plus(Energy other) {
    return new Energy(picojoules + other.picojoules, interpolated || other.interpolated);
  }

  /** {@code count} times this. */
  public Energy times(double count) {
    return new Energy(picojoules * count, interpolated);
  }
}
