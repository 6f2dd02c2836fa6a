package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.Set;

/**
 * Adaptive rounding (Nagel et al. 2020): each weight goes up or down, {@code S (floor(w/S) + h(V))} with the rectified sigmoid
 * {@code h(V) = clip(1.2 σ(V) - 0.1, 0, 1)}, so that the layer's output error {@code δᵀ H δ} plus
 * {@code λ Σ (1 - |2h - 1|^β)} is least; β falls from 20 to 2 along a cosine after a warm-up of a fifth of the iterations in
 * which the second term is absent. V starts where h is the fraction of w/S. Adam with our own gradients. The error is measured
 * in units of what rounding to nearest costs for each weight, so that λ means the same in every layer; it is therefore not the
 * λ of the paper, whose error is in units of the layer's output.
 */
final class AdaRound extends LayerRounding {

  private static final double STRETCH = 1.2;
  private static final double MARGIN = 0.1;
  private static final double BETA_FROM = 20;
  private static final double BETA_TO = 2;
  private static final double WARM_UP = 0.2;
  private static final double LEAST_FRACTION = 1e-4;

  @Override
  public String id() {
    return "adaround";
  }

  @Override
  public Set<String> settings() {
    return Set.of("samples", "iterations", "lambda", "rate");
  }

  @Override
  float[] round(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    int iterations = settings.whole("iterations", 600, 1, 100_000);
    double lambda = settings.number("lambda", 3, 0, 1000);
    double rate = settings.number("rate", 0.1, 1e-6, 1);
    IntegerFormat format = rounding.params().format();
    if (format.isBinary()) {
      return rounding.nearest();
    }
    WeightLayout layout = rounding.layout();
    Affine[] affine = rounding.affine();
    float[] result = new float[rounding.weights().length];
    int perGroup = layout.outputs() / layout.groups();
    for (int group = 0; group < layout.groups(); group++) {
      Problem problem = new Problem(rounding, affine, format, inputs.gram()[group], group * perGroup, perGroup);
      for (int i = 0; i < iterations; i++) {
        progress.checkCancelled();
        problem.step(i, iterations, lambda, rate);
      }
      problem.write(result);
    }
    return result;
  }

  /** h(V). */
  static double rectified(double v) {
    return Math.clamp(STRETCH / (1 + Math.exp(-v)) - MARGIN, 0, 1);
  }

  /** The V whose h(V) is {@code fraction}. */
  static double start(double fraction) {
    double kept = Math.clamp(fraction, LEAST_FRACTION, 1 - LEAST_FRACTION);
    return -Math.log(STRETCH / (kept + MARGIN) - 1);
  }

  /** β at {@code iteration}; infinite during the warm-up. */
  static double beta(int iteration, int iterations) {
    double t = ((double) iteration / iterations - WARM_UP) / (1 - WARM_UP);
    return t < 0 ? Double.POSITIVE_INFINITY : BETA_TO + (BETA_FROM - BETA_TO) * (1 + Math.cos(Math.PI * t)) / 2;
  }

  /** The rounding of the output channels of one group, row by row. */
  private static final class Problem {

    private final WeightLayout layout;
    private final IntegerFormat format;
    private final int first;
    private final int columns;
    private final float[][] gram;
    private final float[][] weights;
    private final Affine[][] affine;
    private final int[][] floor;
    private final double[][] v;
    private final Adam adam;
    private final float[][] error;
    private final float[][] gradient;

    Problem(Rounding rounding, Affine[] grid, IntegerFormat format, double[] moments, int first, int rows) {
      this.layout = rounding.layout();
      this.format = format;
      this.first = first;
      this.columns = layout.columns();
      this.gram = new float[columns][columns];
      this.weights = new float[rows][columns];
      this.affine = new Affine[rows][columns];
      this.floor = new int[rows][columns];
      this.v = new double[rows][columns];
      this.adam = new Adam(rows * columns);
      this.error = new float[rows][columns];
      this.gradient = new float[rows][columns];
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < columns; k++) {
          start(rounding, grid, r, k);
        }
      }
      scaleMoments(moments);
    }

    private void start(Rounding rounding, Affine[] grid, int r, int k) {
      int at = layout.index(first + r, k);
      float weight = rounding.weights()[at];
      Affine own = grid[at];
      double steps = weight / (double) own.scale();
      weights[r][k] = weight;
      affine[r][k] = own;
      floor[r][k] = (int) Math.clamp(Math.floor(steps), -1e6, 1e6);
      v[r][k] = AdaRound.start(Math.clamp(steps - floor[r][k], 0, 1));
      error[r][k] = own.dequantize(own.quantize(weight, format)) - weight;
    }

    /** Measures the error in units of what rounding to nearest costs for each weight. */
    private void scaleMoments(double[] moments) {
      for (int k = 0; k < columns; k++) {
        for (int j = 0; j < columns; j++) {
          gram[k][j] = (float) moments[k * columns + j];
        }
      }
      SymmetricProduct.multiply(error, gram, gradient);
      double nearest = 0;
      for (int r = 0; r < error.length; r++) {
        for (int k = 0; k < columns; k++) {
          nearest += (double) error[r][k] * gradient[r][k];
        }
      }
      double unit = nearest > 0 ? (double) error.length * columns / nearest : 0;
      for (int k = 0; k < columns; k++) {
        for (int j = 0; j < columns; j++) {
          gram[k][j] = (float) (moments[k * columns + j] * unit);
        }
      }
    }

    void step(int iteration, int iterations, double lambda, double rate) {
      double beta = beta(iteration, iterations);
      for (int r = 0; r < error.length; r++) {
        for (int k = 0; k < columns; k++) {
          error[r][k] = (float) (affine[r][k].scale() * clipped(r, k, floor[r][k] + rectified(v[r][k])) - weights[r][k]);
        }
      }
      SymmetricProduct.multiply(error, gram, gradient);
      adam.begin(iteration);
      for (int r = 0; r < error.length; r++) {
        for (int k = 0; k < columns; k++) {
          v[r][k] -= rate * adam.direction(r * columns + k, slope(r, k, lambda, beta));
        }
      }
    }

    /** The derivative of the objective by one V. */
    private double slope(int r, int k, double lambda, double beta) {
      double sigma = 1 / (1 + Math.exp(-v[r][k]));
      double h = STRETCH * sigma - MARGIN;
      if (h <= 0 || h >= 1) {
        return 0;
      }
      double steps = floor[r][k] + h;
      boolean inside = clipped(r, k, steps) == steps;
      double byH = inside ? 2.0 * gradient[r][k] * affine[r][k].scale() : 0;
      if (!Double.isInfinite(beta)) {
        double distance = 2 * h - 1;
        byH -= lambda * beta * Math.pow(Math.abs(distance), beta - 1) * 2 * Math.signum(distance);
      }
      return byH * STRETCH * sigma * (1 - sigma);
    }

    /** Steps from 0 that codes can express. */
    private double clipped(int r, int k, double steps) {
      int zeroPoint = affine[r][k].zeroPoint();
      return Math.clamp(steps, format.quantMin() - zeroPoint, format.quantMax() - zeroPoint);
    }

    void write(float[] result) {
      for (int r = 0; r < v.length; r++) {
        for (int k = 0; k < columns; k++) {
          int up = rectified(v[r][k]) >= 0.5 ? 1 : 0;
          result[layout.index(first + r, k)] = affine[r][k].scale() * (int) clipped(r, k, floor[r][k] + up);
        }
      }
    }
  }
}
