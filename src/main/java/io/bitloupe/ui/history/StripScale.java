package io.bitloupe.ui.history;

import java.util.List;

/**
 * The scale that the strips of all history cards share: everything that was measured lies on it.
 *
 * @param low lower end, a share of the samples
 * @param high upper end
 */
record StripScale(double low, double high) {
  /** Configurations that hardly differ shall not look far apart. */
  private static final double LEAST_SPAN = 0.04;

  private static final double MARGIN = 0.02;

  /** From the lowest interval to the highest, with the float model among them. */
  static StripScale of(List<HistoryCard> cards) {
    double low = 1;
    double high = 0;
    for (HistoryCard card : cards) {
      if (card.interval().isPresent()) {
        low = Math.min(low, Math.min(card.interval().get().low(), card.reference().orElse(1)));
        high = Math.max(high, Math.max(card.interval().get().high(), card.reference().orElse(0)));
      }
    }
    if (low > high) {
      return new StripScale(0, 1);
    }
    double span = Math.max(LEAST_SPAN, high - low);
    return new StripScale(high - (1 + MARGIN) * span, high + MARGIN * span);
  }
}
