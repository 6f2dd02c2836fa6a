package io.bitloupe.ui.workspace;

/**
 * The two steps that are compared.
 *
 * @param a number of step A; 0 when nobody chose one
 * @param b number of step B; 0 when nobody chose one
 */
public record Comparands(int a, int b) {
  /** Nobody chose any. */
  public static final Comparands NONE = new Comparands(0, 0);
}
