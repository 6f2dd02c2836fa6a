package io.bitloupe.quant.format;

import io.bitloupe.quant.calibrate.Gaussian;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Levels that are the same for all weights but for a scale.
 *
 * @param name name in configurations
 * @param bits bits of a code
 * @param levels ascending; never modified
 */
public record Grid(String name, int bits, float[] levels) {

  /** Steps of bisection and of Lloyd's iteration that leave nothing to gain in double. */
  private static final int BISECTIONS = 200;

  private static final int LLOYD_ITERATIONS = 20_000;

  /** The greatest level. */
  public float greatest() {
    return levels[levels.length - 1];
  }

  /**
   * NormalFloat of 4 bits (Dettmers et al. 2023, 3): quantiles of the normal distribution, 8 on the positive side and 7 on the
   * negative one, with an exact 0, scaled to [-1, 1].
   */
  public static Grid nf4() {
    double offset = 1 - (1.0 / 30 + 1.0 / 32) / 2;
    double[] levels = new double[16];
    for (int i = 0; i < 8; i++) {
      levels[15 - i] = quantile(offset + (0.5 - offset) * i / 8);
    }
    for (int i = 0; i < 7; i++) {
      levels[i] = -quantile(offset + (0.5 - offset) * i / 7);
    }
    double greatest = levels[15];
    return new Grid("nf4", 4, floats(Arrays.stream(levels).map(level -> level / greatest).toArray()));
  }

  /** Inverse of the cumulative normal distribution above 1/2. */
  private static double quantile(double probability) {
    double low = 0;
    double high = 10;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (Gaussian.tail(middle) > 1 - probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** FP8 of 4 exponent bits (Micikevicius et al. 2022): bias 7, no infinities, 448 the greatest. */
  public static Grid e4m3() {
    return floating("fp8-e4m3", 4, 3, 7, 1);
  }

  /** FP8 of 5 exponent bits: bias 15, infinities and NaN at the greatest exponent, 57344 the greatest. */
  public static Grid e5m2() {
    return floating("fp8-e5m2", 5, 2, 15, 4);
  }

  /** FP6 of 3 exponent bits (OCP Microscaling Formats 1.0): 28 the greatest. */
  public static Grid e3m2() {
    return floating("fp6-e3m2", 3, 2, 3, 0);
  }

  /** FP6 of 2 exponent bits: 7.5 the greatest. */
  public static Grid e2m3() {
    return floating("fp6-e2m3", 2, 3, 1, 0);
  }

  /** FP4 of 2 exponent bits: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. */
  public static Grid e2m1() {
    return floating("fp4", 2, 1, 1, 0);
  }

  /** All finite numbers of a floating-point format whose topmost {@code special} magnitudes are not numbers. */
  private static Grid floating(String name, int exponentBits, int mantissaBits, int bias, int special) {
    Set<Double> levels = new TreeSet<>();
    int magnitudes = (1 << (exponentBits + mantissaBits)) - special;
    for (int code = 0; code < magnitudes; code++) {
      int exponent = code >> mantissaBits;
      double fraction = (double) (code & ((1 << mantissaBits) - 1)) / (1 << mantissaBits);
      double value = exponent == 0 ? fraction * Math.scalb(1.0, 1 - bias) : (1 + fraction) * Math.scalb(1.0, exponent - bias);
      levels.add(value);
      levels.add(value == 0 ? 0.0 : -value);
    }
    return new Grid(name, 1 + exponentBits + mantissaBits, floats(levels.stream().mapToDouble(d -> d).toArray()));
  }

  /** 0 and the signed powers of two from 1 down (Zhou et al. 2017): a product is a shift. */
  public static Grid powersOfTwo(int bits) {
    double[] magnitudes = IntStream.range(0, 1 << (bits - 1)).mapToDouble(k -> k == 0 ? 0 : Math.scalb(1.0, 1 - k)).toArray();
    return signed("pot:" + bits, bits, magnitudes);
  }

  /** Sums of two powers of two (Li et al. 2020, APoT), normalized to 1; 3 to 5 bits with the sign. */
  public static Grid additivePowersOfTwo(int bits) {
    double[][] terms =
        switch (bits) {
          case 3 -> new double[][] {{0, 0.5, 0.25, 0.125}, {0}};
          case 4 -> new double[][] {{0, 0.5, 0.25, 0.0625}, {0, 0.125}};
          case 5 -> new double[][] {{0, 0.5, 0.125, 0.03125}, {0, 0.25, 0.0625, 0.015625}};
          default -> throw new IllegalArgumentException("additive powers of two with " + bits + " bits");
        };
    double[] sums = Arrays.stream(terms[0]).flatMap(a -> Arrays.stream(terms[1]).map(b -> a + b)).toArray();
    double greatest = Arrays.stream(sums).max().orElse(1);
    return signed("apot:" + bits, bits, Arrays.stream(sums).map(sum -> sum / greatest).toArray());
  }

  /** The levels of least squared error for a standard normal variable (Lloyd 1957, Max 1960). */
  public static Grid lloydMax(int bits) {
    double[] y = lloydStart(bits);
    double moved = 1;
    for (int iteration = 0; iteration < LLOYD_ITERATIONS && moved > 1e-13; iteration++) {
      moved = lloydStep(y);
    }
    return signed("lloyd-max:" + bits, bits, y);
  }

  /** The positive levels that Lloyd's iteration starts from. */
  static double[] lloydStart(int bits) {
    int half = 1 << (bits - 1);
    double[] y = new double[half];
    Arrays.setAll(y, i -> (i + 0.5) * 3 / half);
    return y;
  }

  /** Moves each of the positive levels {@code y} to the mean of its cell, one after the other; returns how far the furthest went. */
  static double lloydStep(double[] y) {
    double moved = 0;
    for (int i = 0; i < y.length; i++) {
      double low = i == 0 ? 0 : (y[i - 1] + y[i]) / 2;
      double high = i == y.length - 1 ? Double.POSITIVE_INFINITY : (y[i] + y[i + 1]) / 2;
      double mass = Gaussian.tail(low) - (Double.isInfinite(high) ? 0 : Gaussian.tail(high));
      double centre = (Gaussian.density(low) - (Double.isInfinite(high) ? 0 : Gaussian.density(high))) / mass;
      moved = Math.max(moved, Math.abs(centre - y[i]));
      y[i] = centre;
    }
    return moved;
  }

  private static Grid signed(String name, int bits, double[] magnitudes) {
    Set<Double> levels = new TreeSet<>();
    for (double magnitude : magnitudes) {
      levels.add(magnitude);
      levels.add(magnitude == 0 ? 0.0 : -magnitude);
    }
    return new Grid(name, bits, floats(levels.stream().mapToDouble(d -> d).toArray()));
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grid grid && name.equals(grid.name) && Arrays.equals(levels, grid.levels);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
