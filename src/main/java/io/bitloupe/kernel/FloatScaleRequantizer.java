package io.bitloupe.kernel;

/**
 * {@code clamp(rint((float) acc * scale) + Zy)} in float32, rounding half to even before the zero-point is added, as ONNX
 * Runtime's MLAS computes it. Accumulators beyond 24 bits are rounded to float first, as they are there.
 *
 * @param scales {@code Sx * Sw / Sy} of each channel; never modified
 * @param zeroPoint Zy
 * @param quantMin least code
 * @param quantMax greatest code
 */
public record FloatScaleRequantizer(float[] scales, int zeroPoint, int quantMin, int quantMax) implements Requantizer {

  @Override
  public int requantize(int accumulator, int channel) {
    return round((float) accumulator * scales[channel]);
  }

  @Override
  public int requantize(long accumulator, int channel) {
    return round((float) accumulator * scales[channel]);
  }

  @Override
  public int channels() {
    return scales.length;
  }

  /** Clamps before it rounds, which gives the same code and keeps what is rounded small. */
  private int round(float scaled) {
    float clamped = Math.min(Math.max(scaled, (float) (quantMin - zeroPoint)), (float) (quantMax - zeroPoint));
    return (int) Math.rint((double) clamped) + zeroPoint;
  }
}
