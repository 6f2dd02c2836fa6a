package io.bitloupe.quant.calibrate;

/**
 * The best uniform mid-rise quantizer of a standard normal value (Max, Quantizing for minimum distortion, 1960): levels at odd
 * multiples of half a step. What ranges found for real tensors are compared with.
 */
public final class OptimalUniform {

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private OptimalUniform() {}

  /** The step of the least mean squared error with 2^{@code bits} levels, in units of the standard deviation. */
  public static double step(int bits) {
    double low = 0;
    double high = 4;
    while (high - low > 1e-10) {
      double a = high - GOLDEN * (high - low);
      double b = low + GOLDEN * (high - low);
      if (meanSquaredError(bits, a) < meanSquaredError(bits, b)) {
        high = b;
      } else {
        low = a;
      }
    }
    return (low + high) / 2;
  }

  /** The mean squared error with 2^{@code bits} levels a {@code step} apart, in units of the variance. */
  public static double meanSquaredError(int bits, double step) {
    int half = 1 << (bits - 1);
    double error = 1;
    for (int cell = 0; cell < half; cell++) {
      double level = (cell + 0.5) * step;
      double from = cell * step;
      boolean outermost = cell == half - 1;
      double to = (cell + 1) * step;
      double mass = Gaussian.tail(from) - (outermost ? 0 : Gaussian.tail(to));
      double moment = Gaussian.density(from) - (outermost ? 0 : Gaussian.density(to));
      error += 2 * (level * level * mass - 2 * level * moment);
    }
    return error;
  }
}
