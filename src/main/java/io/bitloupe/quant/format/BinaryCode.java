package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.ScaleGroups;
import java.util.Arrays;
import java.util.List;

/**
 * Sums of binary bases {@code Σ v_k b_k, b_k = ±1} (Zhang et al. 2018, LQ-Nets): v by least squares and b by the nearest level in
 * turns, started greedily. One base is BWN (Rastegari et al. 2016): {@code v = mean|w|}, b the sign.
 *
 * @param bases number of bases, 1 to 4
 */
public record BinaryCode(int bases) implements NumberFormat {

  private static final int ITERATIONS = 50;

  /** Refuses numbers outside 1 to 4. */
  public BinaryCode {
    if (bases < 1 || bases > 4) {
      throw new IllegalArgumentException(bases + " binary bases");
    }
  }

  @Override
  public double codeBits() {
    return bases;
  }

  @Override
  public Granularity usualGranularity() {
    return Granularity.CHANNEL;
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    List<float[]> levels = Encoded.levels(weights, groups, this::levels);
    return Encoded.nearest(weights, groups, levels, (long) weights.length * bases + (long) levels.size() * bases * Float.SIZE);
  }

  /** The 2^bases levels of {@code values}, ascending. */
  float[] levels(float[] values) {
    double[] v = greedy(values);
    double least = Encoded.squaredError(values, sums(v));
    for (int iteration = 0; iteration < ITERATIONS && bases > 1; iteration++) {
      double[] better = leastSquares(values, v);
      double error = Encoded.squaredError(values, sums(better));
      if (!(error < least)) {
        break;
      }
      least = error;
      v = better;
    }
    return sums(v);
  }

  private double[] greedy(float[] values) {
    double[] rest = new double[values.length];
    Arrays.setAll(rest, i -> values[i]);
    double[] v = new double[bases];
    for (int k = 0; k < bases; k++) {
      double mean = Arrays.stream(rest).map(Math::abs).average().orElse(0);
      v[k] = mean;
      Arrays.setAll(rest, i -> rest[i] - (rest[i] < 0 ? -mean : mean));
    }
    return v;
  }

  /** The v of least squared error for the signs that are nearest under {@code v}. */
  private double[] leastSquares(float[] values, double[] v) {
    double[][] normal = new double[bases][bases + 1];
    float[] levels = sums(v);
    int[] codes = codes(v, levels);
    for (float value : values) {
      int code = codes[Arrays.binarySearch(levels, Encoded.nearest(value, levels))];
      for (int i = 0; i < bases; i++) {
        int bi = sign(code, i);
        for (int j = 0; j < bases; j++) {
          normal[i][j] += bi * sign(code, j);
        }
        normal[i][bases] += bi * (double) value;
      }
    }
    return solve(normal);
  }

  private static double[] solve(double[][] normal) {
    int n = normal.length;
    double ridge = 1e-9 * (1 + normal[0][0]);
    for (int i = 0; i < n; i++) {
      normal[i][i] += ridge;
    }
    for (int i = 0; i < n; i++) {
      for (int r = i + 1; r < n; r++) {
        double factor = normal[r][i] / normal[i][i];
        for (int c = i; c <= n; c++) {
          normal[r][c] -= factor * normal[i][c];
        }
      }
    }
    double[] solution = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      double sum = normal[i][n];
      for (int c = i + 1; c < n; c++) {
        sum -= normal[i][c] * solution[c];
      }
      solution[i] = sum / normal[i][i];
    }
    return solution;
  }

  private static int sign(int code, int base) {
    return (code >> base & 1) == 0 ? -1 : 1;
  }

  private float sum(double[] v, int code) {
    double sum = 0;
    for (int k = 0; k < bases; k++) {
      sum += sign(code, k) * v[k];
    }
    return (float) sum;
  }

  private float[] sums(double[] v) {
    float[] levels = new float[1 << bases];
    for (int code = 0; code < levels.length; code++) {
      levels[code] = sum(v, code) + 0f;
    }
    Arrays.sort(levels);
    return levels;
  }

  private int[] codes(double[] v, float[] levels) {
    int[] codes = new int[levels.length];
    for (int code = 0; code < levels.length; code++) {
      codes[Arrays.binarySearch(levels, sum(v, code) + 0f)] = code;
    }
    return codes;
  }
}
