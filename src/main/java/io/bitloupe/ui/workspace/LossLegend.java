package io.bitloupe.ui.workspace;

import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;

/** What the colours of losses mean, for people: in thousandths of a nat. */
public final class LossLegend {
  /** How many levels there are from no loss to the worst. */
  public static final int LEVELS = 7;

  private LossLegend() {}

  /** What {@code level} is. */
  public static String of(int level) {
    return level == LEVELS - 1
        ? Messages.get("graph.legend.atLeast", limit(Searched.from(level)))
        : Messages.get("graph.legend.upTo", limit(Searched.from(level + 1)));
  }

  /** What counts as a gain. */
  public static String ofGain() {
    return Messages.get("graph.legend.gain", limit(Searched.gainsFrom()));
  }

  /** A limit between levels, a round number. */
  private static String limit(double nats) {
    return Figures.fixed(1000 * nats, Math.abs(nats) < 1e-3 ? 1 : 0);
  }
}
