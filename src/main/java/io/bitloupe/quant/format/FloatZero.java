package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.calibrate.RangeEstimator;
import java.util.ArrayList;
import java.util.List;

/**
 * Integers whose zero-point is a real number, {@code w' = S (q - z)}: a float32 scale and a float32 zero-point for each group.
 * Real 0 need not have a code, so these are weights to compute with in float.
 *
 * @param bits bits of a code, 2 to 8
 * @param fit how scale and zero-point are found
 */
public record FloatZero(int bits, Fit fit) implements NumberFormat {

  private static final int BLOCK = 64;

  /** How scale and zero-point are found. */
  public enum Fit {
    /** Half-quadratic quantization without data (Badri and Shaji 2023); see {@link HalfQuadratic}. */
    HALF_QUADRATIC,
    /**
     * Symmetric codes of least squared error, then {@code w ← ξ (w + μ)} so that mean and norm about the mean are those of the
     * weights (Banner et al. 2018, 4.2).
     */
    MOMENTS
  }

  /** Refuses widths outside 2 to 8. */
  public FloatZero {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("codes of " + bits + " bits");
    }
  }

  /**
   * The grid of one group.
   *
   * @param scale S
   * @param zero z
   * @param least least code
   * @param greatest greatest code
   */
  record Line(float scale, float zero, int least, int greatest) {
    int code(double weight) {
      return (int) Math.clamp(Math.rint(weight / scale + zero), least, greatest);
    }

    /** In float32, as whoever reads the stored numbers computes it. */
    float decode(int code) {
      return scale * (code - zero);
    }
  }

  @Override
  public double codeBits() {
    return bits;
  }

  @Override
  public Granularity usualGranularity() {
    return fit == Fit.MOMENTS ? Granularity.CHANNEL : new Granularity.PerBlock(BLOCK);
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    ScaleGroups groups = NumberFormat.groups(weights, shape, axis, granularity);
    List<float[]> levels = new ArrayList<>();
    for (float[] group : groups.gather(weights)) {
      Line line = fit == Fit.MOMENTS ? moments(group) : HalfQuadratic.fit(group, bits);
      float[] own = new float[line.greatest() - line.least() + 1];
      for (int i = 0; i < own.length; i++) {
        own[i] = line.decode(line.least() + i);
      }
      levels.add(own);
    }
    if (fit == Fit.HALF_QUADRATIC) {
      return Encoded.nearest(weights, groups, levels, storage(weights.length, levels.size()));
    }
    return byCode(weights, groups, levels);
  }

  private long storage(int weights, int groups) {
    return (long) weights * bits + 2L * groups * Float.SIZE;
  }

  /** Codes are chosen before the correction moves their levels. */
  private Encoded byCode(float[] weights, ScaleGroups groups, List<float[]> levels) {
    float[] decoded = new float[weights.length];
    List<Affine> before = new ArrayList<>();
    for (float[] group : groups.gather(weights)) {
      before.add(symmetric(group));
    }
    IntegerFormat codes = IntegerFormat.weights(bits);
    groups.forEachRun(
        (group, from, to) -> {
          for (int i = from; i < to; i++) {
            decoded[i] = levels.get(group)[before.get(group).quantize(weights[i], codes) - codes.quantMin()];
          }
        });
    return new Encoded(decoded, levels, storage(weights.length, levels.size()));
  }

  /** {@code scale} as float32, not 0. */
  static float positive(double scale) {
    return (float) Math.max(scale, Float.MIN_NORMAL);
  }

  private Affine symmetric(float[] group) {
    IntegerFormat codes = IntegerFormat.weights(bits);
    return Affine.of(RangeEstimator.estimate(new RangeMethod.Mse(), group, codes), codes);
  }

  private Line moments(float[] group) {
    IntegerFormat codes = IntegerFormat.weights(bits);
    Affine affine = symmetric(group);
    double mean = 0;
    double meanCode = 0;
    for (float weight : group) {
      mean += weight;
      meanCode += affine.quantize(weight, codes);
    }
    mean /= Math.max(1, group.length);
    meanCode /= Math.max(1, group.length);
    double square = 0;
    double squareCode = 0;
    for (float weight : group) {
      square += Math.pow(weight - mean, 2);
      squareCode += Math.pow(affine.quantize(weight, codes) - meanCode, 2);
    }
    float scale = square > 0 && squareCode > 0 ? positive(Math.sqrt(square / squareCode)) : affine.scale();
    return new Line(scale, (float) (meanCode - mean / scale), codes.quantMin(), codes.quantMax());
  }
}
