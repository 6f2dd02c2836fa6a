package io.bitloupe.qdq;

/**
 * A bias in units of the accumulator: zero-point 0 and the scale Sx * Sw of its channel (Jacob et al. 2018, 2.4).
 *
 * @param tensor initializer name
 * @param codes one for each output channel; never modified
 * @param scales one for each output channel; never modified
 */
public record QuantizedBias(String tensor, int[] codes, float[] scales) {

  /** What the codes stand for. */
  public float[] reals() {
    float[] reals = new float[codes.length];
    for (int channel = 0; channel < reals.length; channel++) {
      reals[channel] = codes[channel] * scales[scales.length == 1 ? 0 : channel];
    }
    return reals;
  }
}
