package io.bitloupe.quant.calibrate;

/** The principal branch of Lambert's W: the inverse of {@code w e^w}. */
final class LambertW {

  private LambertW() {}

  /** W0 of {@code x}, at least 0, by Halley's iteration (Corless et al. 1996, 5.9). */
  static double w0(double x) {
    if (!(x >= 0) || Double.isInfinite(x)) {
      throw new IllegalArgumentException("W0 of " + x);
    }
    double w = Math.log1p(x);
    for (int iteration = 0; iteration < 50; iteration++) {
      double power = Math.exp(w);
      double residual = w * power - x;
      double step = residual / (power * (w + 1) - (w + 2) * residual / (2 * w + 2));
      w -= step;
      if (Math.abs(step) <= 1e-15 * (1 + w)) {
        break;
      }
    }
    return w;
  }
}
