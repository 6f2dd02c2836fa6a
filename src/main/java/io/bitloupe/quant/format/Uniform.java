package io.bitloupe.quant.format;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.calibrate.ParameterCalculator;

/**
 * Uniform integers, the format that the integer runtime computes with.
 *
 * @param codes the integers
 * @param range how the range of each group is found
 */
public record Uniform(IntegerFormat codes, RangeMethod range) implements NumberFormat {

  @Override
  public double codeBits() {
    return codes.bits();
  }

  @Override
  public Granularity usualGranularity() {
    return Granularity.CHANNEL;
  }

  @Override
  public Encoded encode(float[] weights, Shape shape, int axis, Granularity granularity) {
    QuantParams params = ParameterCalculator.weights(weights, shape, axis, granularity, range, codes);
    long scales = params.affine().size();
    long zeroPoints = codes.scheme() == Scheme.ASYMMETRIC ? scales * codes.bits() : 0;
    return new Encoded(
        TensorQuantizer.fakeQuantize(weights, shape, params),
        params.affine().stream().map(this::levels).toList(),
        (long) weights.length * codes.bits() + scales * Float.SIZE + zeroPoints);
  }

  private float[] levels(Affine affine) {
    if (codes.isBinary()) {
      return new float[] {-affine.scale(), affine.scale()};
    }
    float[] levels = new float[codes.quantMax() - codes.quantMin() + 1];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = affine.dequantize(codes.quantMin() + i);
    }
    return levels;
  }

  /** Bits for each weight of a format with a scale, and perhaps a zero-point, for every {@code group} weights. */
  public static double bitsPerWeight(double codeBits, double scaleBits, double zeroPointBits, int group) {
    return codeBits + (scaleBits + zeroPointBits) / group;
  }
}
