package io.bitloupe.kernel;

import io.bitloupe.quant.Requantization;

/** Turns accumulators into output codes. The accumulator counts steps of {@code Sx * Sw}, the code steps of {@code Sy}. */
public sealed interface Requantizer permits FloatScaleRequantizer, FixedPointRequantizer, DyadicRequantizer {

  /** The code of an accumulator of {@code channel}. */
  int requantize(int accumulator, int channel);

  /** The code of an accumulator that needs more than 32 bits. */
  int requantize(long accumulator, int channel);

  /** Number of channels. */
  int channels();

  /**
   * The requantizer of a kind.
   *
   * @param kind definition
   * @param inputScale Sx
   * @param weightScales Sw of each channel
   * @param outputScale Sy
   * @param zeroPoint Zy
   * @param quantMin least code
   * @param quantMax greatest code
   */
  static Requantizer of(
      Requantization kind, float inputScale, float[] weightScales, float outputScale, int zeroPoint, int quantMin, int quantMax) {
    if (kind == Requantization.FLOAT_SCALE) {
      float[] scales = new float[weightScales.length];
      for (int channel = 0; channel < scales.length; channel++) {
        scales[channel] = inputScale * weightScales[channel] / outputScale;
      }
      return new FloatScaleRequantizer(scales, zeroPoint, quantMin, quantMax);
    }
    double[] multipliers = new double[weightScales.length];
    for (int channel = 0; channel < multipliers.length; channel++) {
      multipliers[channel] = (double) inputScale * weightScales[channel] / outputScale;
    }
    return ofMultipliers(kind, multipliers, zeroPoint, quantMin, quantMax);
  }

  /** The requantizer of a kind from the real multipliers {@code Sx * Sw / Sy}. */
  static Requantizer ofMultipliers(Requantization kind, double[] multipliers, int zeroPoint, int quantMin, int quantMax) {
    return switch (kind) {
      case FLOAT_SCALE -> {
        float[] scales = new float[multipliers.length];
        for (int channel = 0; channel < scales.length; channel++) {
          scales[channel] = (float) multipliers[channel];
        }
        yield new FloatScaleRequantizer(scales, zeroPoint, quantMin, quantMax);
      }
      case FIXED_POINT -> FixedPointRequantizer.of(multipliers, zeroPoint, quantMin, quantMax);
      case DYADIC -> DyadicRequantizer.of(multipliers, zeroPoint, quantMin, quantMax);
    };
  }
}
