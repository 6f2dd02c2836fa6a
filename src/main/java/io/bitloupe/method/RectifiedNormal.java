package io.bitloupe.method;

import io.bitloupe.quant.calibrate.Gaussian;

/** Moments of a normal variable x of mean β and standard deviation γ after a clamp (Nagel et al. 2019, 4.2.1). */
final class RectifiedNormal {

  private RectifiedNormal() {}

  /** {@code E[max(x, 0)] = γ N(β/γ) + β Φ(β/γ)}. */
  static double mean(double beta, double gamma) {
    if (gamma <= 0) {
      return Math.max(beta, 0);
    }
    double t = beta / gamma;
    return gamma * Gaussian.density(t) + beta * Gaussian.tail(-t);
  }

  /** {@code E[max(x, 0)²] = (β² + γ²) Φ(β/γ) + β γ N(β/γ)}. */
  static double meanSquare(double beta, double gamma) {
    if (gamma <= 0) {
      return Math.max(beta, 0) * Math.max(beta, 0);
    }
    double t = beta / gamma;
    return (beta * beta + gamma * gamma) * Gaussian.tail(-t) + beta * gamma * Gaussian.density(t);
  }

  /** {@code E[clip(x, 0, m)]}, since {@code clip(x, 0, m) = max(x, 0) - max(x - m, 0)}. */
  static double clippedMean(double beta, double gamma, double m) {
    return mean(beta, gamma) - mean(beta - m, gamma);
  }

  /** {@code E[clip(x, 0, m)²]}. */
  static double clippedMeanSquare(double beta, double gamma, double m) {
    return meanSquare(beta, gamma) - meanSquare(beta - m, gamma) - 2 * m * mean(beta - m, gamma);
  }
}
