package io.bitloupe.search;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Response;

/**
 * One way to treat a layer better, with what it does to the whole model.
 *
 * @param tensor the tensor that is treated in another way
 * @param kind what is changed about it
 * @param choice what it becomes
 * @param extraBytes bytes of weights more than before; below 0 for fewer
 * @param before how the unchanged configuration answers the samples
 * @param after how the changed one does
 */
public record Remedy(String tensor, Kind kind, TensorChoice choice, long extraBytes, Response before, Response after) {

  /** What is changed. */
  public enum Kind {
    /** Wider codes for the weights. */
    WEIGHT_BITS,
    /** A scale for each output channel. */
    PER_CHANNEL,
    /** Another range for the weights. */
    WEIGHT_RANGE,
    /** Weights in float. */
    FLOAT_WEIGHTS,
    /** Wider codes for the output. */
    OUTPUT_BITS,
    /** Another range for the output. */
    OUTPUT_RANGE,
    /** The output in float. */
    FLOAT_OUTPUT
  }

  /** How much closer the answers come to the float model's; below 0 where they go further away. */
  public double gain() {
    return before.divergence() - after.divergence();
  }
}
