package io.bitloupe.ui.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Plain round numbers along an axis.
 *
 * @param values positions in the axis' unit, ascending
 * @param decimals decimals that tell neighbours apart
 */
public record Ticks(List<Double> values, int decimals) {
  /** Copies the list. */
  public Ticks {
    values = List.copyOf(values);
  }

  /**
   * Round numbers along {@code axis}, so many as have {@code room} pixels each and at most about {@code most}. Where it is logarithmic they
   * are powers of ten, with twice and five times them where it has no two of these.
   */
  public static Ticks along(Axis axis, double room, int most) {
    int wanted = Math.clamp((long) (Math.abs(axis.to() - axis.from()) / room), 1, most);
    return axis.logarithmic() ? logarithmic(axis.low(), axis.high(), wanted) : linear(axis.low(), axis.high(), wanted);
  }

  /** {@link #decades}, or 1, 2 and 5 times powers of ten within {@code [low, high]} where it has no two of them. */
  private static Ticks logarithmic(double low, double high, int most) {
    Ticks decades = decades(low, high, most);
    if (decades.values.size() > 1) {
      return decades;
    }
    List<Double> values = new ArrayList<>();
    for (double power = Math.pow(10, Math.floor(Math.log10(low))); power <= high; power *= 10) {
      for (int times : new int[] {1, 2, 5}) {
        double tick = times * power;
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
          values.add(tick);
        }
      }
    }
    return values.size() <= most ? new Ticks(values, 0) : decades;
  }

  /** About {@code wanted} whole numbers within {@code [low, high]}: multiples of 1, 2 or 5 times a power of ten. */
  public static Ticks whole(double low, double high, int wanted) {
    long step = 1;
    for (int i = 0; step * wanted < high - low; i++) {
      step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    }
    List<Double> values = new ArrayList<>();
    for (long tick = Math.ceilDiv((long) Math.ceil(low), step) * step; tick <= high; tick += step) {
      values.add((double) tick);
    }
    return new Ticks(values, 0);
  }

  /** About {@code wanted} multiples of 1, 2, 2.5 or 5 times a power of ten within {@code [low, high]}. */
  public static Ticks linear(double low, double high, int wanted) {
    if (!(high > low) || !Double.isFinite(high - low)) {
      return new Ticks(List.of(), 0);
    }
    double raw = (high - low) / Math.max(1, wanted);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = 10 * power;
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * power >= raw * (1 - 1e-9)) {
        step = factor * power;
        break;
      }
    }
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    if (Math.abs(step / Math.pow(10, Math.floor(Math.log10(step) + 1e-9)) - 2.5) < 1e-6) {
      decimals = Math.max(0, decimals + (step < 10 ? 1 : 0));
    }
    List<Double> values = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) {
      values.add(i * step);
    }
    return new Ticks(values, decimals);
  }

  /** Powers of ten within {@code [low, high]}, thinned out to at most {@code most}. */
  public static Ticks decades(double low, double high, int most) {
    int from = (int) Math.ceil(Math.log10(low) - 1e-9);
    int to = (int) Math.floor(Math.log10(high) + 1e-9);
    int stride = Math.max(1, (int) Math.ceil((to - from + 1) / (double) Math.max(1, most)));
    List<Double> values = new ArrayList<>();
    for (int exponent = from; exponent <= to; exponent += stride) {
      values.add(Math.pow(10, exponent));
    }
    return new Ticks(values, 0);
  }
}
