package io.bitloupe.exec.integer;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Range;

/**
 * Quantizes real values that a step computed: where the scale is known only once the whole sample is, where it differs from
 * sample to sample, and for 16-bit codes.
 *
 * @param lower least real value after the fused clamp
 * @param upper greatest real value after the fused clamp
 * @param codeMin least code of a tensor with a fixed scale
 * @param codeMax greatest code of a tensor with a fixed scale
 */
record RealOutput(float lower, float upper, int codeMin, int codeMax) {

  /** Whether no clamp is fused. */
  boolean isUnbounded() {
    return lower == Float.NEGATIVE_INFINITY && upper == Float.POSITIVE_INFINITY;
  }

  /** Quantizes the first {@code length} reals to be the sample's codes; a dynamic output takes the scale of their range. */
  void write(float[] reals, Value output, int sample) {
    ValueSpec spec = output.spec();
    int length = spec.elements();
    float min = 0;
    float max = 0;
    for (int i = 0; i < length; i++) {
      float clamped = Math.min(Math.max(reals[i], lower), upper);
      reals[i] = clamped;
      min = Math.min(min, clamped);
      max = Math.max(max, clamped);
    }
    int least = codeMin;
    int greatest = codeMax;
    if (spec.dynamic()) {
      output.affine(sample, Affine.of(new Range(min, max), spec.format()));
      least = spec.format().quantMin();
      greatest = spec.format().quantMax();
    }
    Borders.quantize(reals, output, sample, least, greatest);
  }
}
