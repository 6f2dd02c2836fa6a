package io.bitloupe.ui.view;

/** How long the bars beside the figures of layers are, as shares of a full one, in whichever table they stand. */
public final class BarLength {
  private static final double FULL_DB = 60;

  private BarLength() {}

  /** Of a signal-to-noise ratio: full at 60 dB. */
  public static double ofDecibels(double decibels) {
    return Math.clamp(decibels / FULL_DB, 0, 1);
  }

  /**
   * Of an amount, a size or a time: full at {@code greatest}, and half as long at a quarter of it. Layers differ a hundredfold, so that
   * bars in proportion would show the largest few only.
   */
  public static double ofAmount(double amount, double greatest) {
    return greatest <= 0 ? 0 : Math.sqrt(Math.clamp(amount / greatest, 0, 1));
  }
}
