package io.bitloupe.search;

import java.util.OptionalDouble;

/**
 * What a configuration costs by the models that limits are set on.
 *
 * @param weightBytes bytes of weights, scales, zero-points and biases
 * @param bitOps MACs times weight bits times activation bits, for one sample
 * @param microjoules energy for one sample by the 45 nm table; activations that are chosen for count at their widest where they are
 *     written
 * @param milliseconds estimated latency for one sample; empty where no hardware was named, or where it lacks a width
 */
public record Spending(long weightBytes, long bitOps, double microjoules, OptionalDouble milliseconds) {}
