package io.bitloupe.ui.arithmetic;

/**
 * One line of the computation.
 *
 * @param title what is done
 * @param formula with this element's numbers; {@code _} before a letter lowers it, {@code ^} raises what stands in brackets
 * @param value the number after it
 * @param weight how much the line stands out
 */
public record ArithmeticStep(String title, String formula, String value, Weight weight) {

  /** How much a line stands out. */
  public enum Weight {
    ORDINARY,
    /** A sum of the lines above. */
    SUM,
    /** The outcome. */
    RESULT
  }
}
