package io.bitloupe.ui.tradeoff;

import java.util.Arrays;

/**
 * The accuracies that both charts show, in percent. A few configurations that collapsed must not squash all the others: what lies far
 * below three quarters of the points is left off the scale (and drawn on its edge).
 *
 * @param low lower end
 * @param high upper end
 */
record ValueRange(double low, double high) {
  private static final double LEAST_SPAN = 4;
  private static final double REACH = 2.5;

  static ValueRange of(TradeoffData data) {
    double[] lows = data.points().stream().mapToDouble(point -> 100 * point.interval().low()).sorted().toArray();
    double best = data.points().stream().mapToDouble(point -> 100 * point.interval().high()).max().orElse(100);
    double reference = data.reference().map(it -> 100 * it.value()).orElse(best);
    double top = Math.max(best, reference);
    double typical = lows.length == 0 ? top : Math.min(lows[lows.length / 4], reference);
    double span = Math.max(LEAST_SPAN, REACH * (top - typical));
    double floor = top - span;
    double least = Arrays.stream(lows).filter(value -> value >= floor).min().orElse(typical);
    double shown = Math.max(LEAST_SPAN, top - Math.min(least, reference));
    double high = Math.min(top + 0.12 * shown, Math.max(100.6, best));
    return new ValueRange(Math.max(high - 1.22 * shown, -2), high);
  }
}
