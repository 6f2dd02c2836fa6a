package io.bitloupe.cost;

import java.util.List;

/**
 * What a configuration costs without running it.
 *
 * @param weightBytes packed weights, scales, zero-points and biases, in bytes
 * @param floatWeightBytes weights and biases of the float model after folding, in bytes
 * @param macs multiply-accumulates for one sample
 * @param bitOps sum over layers of MACs times weight bits times activation bits, for one sample
 * @param integerMacShare share of the MACs that run in integers
 * @param islands names of the float islands
 */
public record Cost(
    long weightBytes, long floatWeightBytes, long macs, long bitOps, double integerMacShare, List<String> islands) {
  /** Copies the list. */
  public Cost {
    islands = List.copyOf(islands);
  }

  /** {@link #weightBytes} as a share of {@link #floatWeightBytes}. */
  public double weightShare() {
    return (double) weightBytes / Math.max(1, floatWeightBytes);
  }
}
