package io.bitloupe.engine;

import java.util.OptionalDouble;

/**
 * What a configuration does to one layer.
 *
 * @param name the layer's name
 * @param op operator for people
 * @param weightBits bits of the weights, 32 in float, 0 where there are none
 * @param activationBits bits of the input activation, 32 in float
 * @param weightBytes packed weights with scales, zero-points and bias, in bytes
 * @param weightSqnrDb signal-to-noise ratio of the quantized weights; positive infinity in float
 * @param outputSqnrDb signal-to-noise ratio of the output against the float model's, on a few of the samples; positive infinity where they
 *     are equal; empty where none was measured yet
 * @param milliseconds time for one sample in the integer runtime; empty in a float island
 */
public record LayerResult(
    String name,
    String op,
    int weightBits,
    int activationBits,
    long weightBytes,
    double weightSqnrDb,
    OptionalDouble outputSqnrDb,
    OptionalDouble milliseconds) {

  /** This layer with the noise of its output and its time. */
  LayerResult with(OptionalDouble outputSqnrDb, OptionalDouble milliseconds) {
    return new LayerResult(name, op, weightBits, activationBits, weightBytes, weightSqnrDb, outputSqnrDb, milliseconds);
  }
}
