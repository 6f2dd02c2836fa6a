package io.bitloupe.quant.calibrate;

/** The standard normal density and its tail. */
public final class Gaussian {

  private Gaussian() {}

  /** Density at {@code x}. */
  public static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Probability of a value above {@code x}. */
  public static double tail(double x) {
    return erfc(x / Math.sqrt(2)) / 2;
  }

  /** The complementary error function, to about 1e-14 of its value (Abramowitz and Stegun 7.1.6 and 7.1.14). */
  public static double erfc(double x) {
    if (x < 0) {
      return 2 - erfc(-x);
    }
    if (x < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-17 * sum; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    double fraction = 0;
    for (int n = 120; n >= 1; n--) {
      fraction = n / 2.0 / (x + fraction);
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
  }
}
