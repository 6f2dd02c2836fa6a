package io.bitloupe.quant;

/**
 * A clipping range in real units. It always holds 0, so that 0 has an exact code.
 *
 * @param min lower end, at most 0
 * @param max upper end, at least 0
 */
public record Range(float min, float max) {

  /** Widens the range to hold 0. */
  public Range {
    if (Float.isNaN(min) || Float.isNaN(max) || min > max) {
      throw new IllegalArgumentException("a range from " + min + " to " + max);
    }
    min = Math.min(min, 0);
    max = Math.max(max, 0);
  }

  /** The symmetric range that covers this one. */
  public Range symmetric() {
    float bound = magnitude();
    return new Range(-bound, bound);
  }

  /** The larger distance from 0. */
  public float magnitude() {
    return Math.max(-min, max);
  }
}
