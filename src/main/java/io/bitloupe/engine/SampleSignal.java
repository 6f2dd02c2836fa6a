package io.bitloupe.engine;

import java.util.List;
import java.util.Optional;

/**
 * One sample on its way through the network, in integers against float.
 *
 * @param sample index in the report part
 * @param floatScores the float model's first output; never modified
 * @param scores the same in integers; never modified
 * @param layers layers whose output exists in integers, in order
 */
public record SampleSignal(int sample, float[] floatScores, float[] scores, List<LayerSignal> layers) {

  /** A signal below this is taken to have diverged: its noise has a tenth of its power. */
  public static final double DIVERGED_DB = 10;

  /**
   * One layer's output for the sample.
   *
   * @param layer index of the layer
   * @param sqnrDb signal-to-noise ratio in decibels; positive infinity without noise
   * @param cosine cosine with the float output
   */
  public record LayerSignal(int layer, double sqnrDb, double cosine) {}

  /** Copies the list. */
  public SampleSignal {
    layers = List.copyOf(layers);
  }

  /** The first layer below {@link #DIVERGED_DB}; empty when none is. */
  public Optional<LayerSignal> firstDiverged() {
    return layers.stream().filter(layer -> layer.sqnrDb() < DIVERGED_DB).findFirst();
  }
}
