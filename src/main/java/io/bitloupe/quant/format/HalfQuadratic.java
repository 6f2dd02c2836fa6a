package io.bitloupe.quant.format;

import io.bitloupe.quant.format.FloatZero.Line;

/**
 * Half-quadratic quantization (HQQ, Badri and Shaji 2023): with the scale of the least to the greatest weight, the zero-point z
 * that makes {@code Σ|W - W'|^p}, p = 0.7, small. In turn {@code E ← shrink(W - W', β)} and
 * {@code z ← mean(q - (W - E)/S)}, β growing by 1 % from 10, as long as the mean error falls, 20 times at most.
 */
final class HalfQuadratic {

  private static final double NORM = 0.7;
  private static final double BETA = 10;
  private static final double GROWTH = 1.01;
  private static final int ITERATIONS = 20;

  private HalfQuadratic() {}

  /** {@code sign(x) max(|x| - |x|^(p-1)/β, 0)}. */
  static double shrink(double x, double beta) {
    double magnitude = Math.abs(x);
    return magnitude == 0 ? 0 : Math.copySign(Math.max(magnitude - Math.pow(magnitude, NORM - 1) / beta, 0), x);
  }

  /** The grid of {@code weights}; rounding to nearest on their min-max range is where it starts, and what it never is worse than. */
  static Line fit(float[] weights, int bits) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float weight : weights) {
      min = Math.min(min, weight);
      max = Math.max(max, weight);
    }
    int greatest = (1 << bits) - 1;
    if (!(max > min)) {
      return new Line(1, weights.length == 0 ? 0 : -weights[0], 0, greatest);
    }
    float scale = FloatZero.positive((max - min) / greatest);
    Line rounded = new Line(scale, (float) Math.rint(-min / scale), 0, greatest);
    Line exact = new Line(scale, (float) (-min / scale), 0, greatest);
    Line best = error(weights, rounded) <= error(weights, exact) ? rounded : exact;
    double least = error(weights, best);
    Line line = best;
    double beta = BETA;
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      line = step(weights, line, beta);
      double error = error(weights, line);
      if (!(error < least)) {
        break;
      }
      least = error;
      best = line;
      beta *= GROWTH;
    }
    return best;
  }

  private static Line step(float[] weights, Line line, double beta) {
    double zero = 0;
    for (float weight : weights) {
      int code = line.code(weight);
      double outlier = shrink(weight - line.decode(code), beta);
      zero += code - (weight - outlier) / line.scale();
    }
    return new Line(line.scale(), (float) (zero / weights.length), line.least(), line.greatest());
  }

  /** Mean magnitude of the error. */
  static double error(float[] weights, Line line) {
    double sum = 0;
    for (float weight : weights) {
      sum += Math.abs(weight - line.decode(line.code(weight)));
    }
    return sum / weights.length;
  }
}
