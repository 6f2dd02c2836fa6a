package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.FloatScaleRequantizer;

/** What becomes of accumulators. */
enum Narrowing {
  /** They stay as they are. */
  NONE,

  /** Codes between two bounds, under any scales. */
  CLAMPED,

  /**
   * Codes from 0 to 255 under scales below 1: no scaled accumulator leaves the range of ints, and instructions that narrow with
   * saturation end at these codes by themselves.
   */
  SATURATED;

  private static final int GREATEST_BYTE = 255;

  /** The one with the least work for {@code requantizer}. */
  static Narrowing of(FloatScaleRequantizer requantizer) {
    if (requantizer.quantMin() != 0 || requantizer.quantMax() != GREATEST_BYTE) {
      return CLAMPED;
    }
    for (float scale : requantizer.scales()) {
      if (!(scale < 1)) {
        return CLAMPED;
      }
    }
    return SATURATED;
  }
}
