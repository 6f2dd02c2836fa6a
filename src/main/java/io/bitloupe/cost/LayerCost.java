package io.bitloupe.cost;

/**
 * What one layer costs without running it.
 *
 * @param weightBits bits of the weights, 32 in float, 0 where there are none
 * @param activationBits bits of the input activation, 32 in float
 * @param weightBytes weights with their scales and zero-points, and the bias, in bytes
 * @param bitOps MACs times weight bits times activation bits, for one sample; for a product of two activations their bits
 * @param integer whether the layer runs in integers
 */
public record LayerCost(int weightBits, int activationBits, long weightBytes, long bitOps, boolean integer) {}
