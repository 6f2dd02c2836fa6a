package io.bitloupe.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear axis: the numbers at its ends and where they are drawn.
 *
 * @param low number at {@code from}
 * @param high number at {@code to}
 * @param from pixel of the low end
 * @param to pixel of the high end
 * @param step distance of two ticks
 */
record Axis(double low, double high, double from, double to, double step) {

  private static final int TICKS = 6;
  private static final double[] ROUND = {1, 2, 2.5, 5, 10};

  /** An axis with round ends and 4 to 7 ticks around {@code least} to {@code greatest}. */
  static Axis around(double least, double greatest, double from, double to) {
    double span = greatest > least ? greatest - least : Math.max(Math.abs(greatest), 1) * 0.1;
    double step = roundStep(span / (TICKS - 1));
    double low = Math.floor(least / step + 1e-9) * step;
    double high = Math.ceil(greatest / step - 1e-9) * step;
    return new Axis(low, high > low ? high : low + step, from, to, step);
  }

  private static double roundStep(double wanted) {
    double power = Math.pow(10, Math.floor(Math.log10(wanted)));
    for (double round : ROUND) {
      if (round * power >= wanted * (1 - 1e-9)) {
        return round * power;
      }
    }
    return 10 * power;
  }

  double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    long count = Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  /** Decimals that tell two ticks apart. */
  int decimals() {
    for (int decimals = 0; decimals < 8; decimals++) {
      double scaled = step * Math.pow(10, decimals);
      if (Math.abs(scaled - Math.rint(scaled)) < 1e-6 * scaled) {
        return decimals;
      }
    }
    return 8;
  }

  String label(double tick) {
    return Figures.decimal(tick, decimals());
  }
}
