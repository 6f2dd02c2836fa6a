package io.bitloupe.engine.sensitivity;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.model.Layer;

/**
 * One entry of the table of sensitivities: what happens when one tensor gets another width.
 *
 * @param layer the layer that owns the weights, or that writes (else reads) the activation
 * @param tensor the tensor: an initializer for weights, an activation otherwise
 * @param target weights or activations
 * @param direction what all other tensors of that kind have
 * @param bits the width
 * @param config the configuration to measure
 */
public record Cell(Layer layer, String tensor, Target target, Direction direction, int bits, QuantConfig config) {

  /** What gets another width. */
  public enum Target {
    /** The weights of a layer. */
    WEIGHT,
    /** An activation. */
    ACTIVATION
  }

  /** What all others have. */
  public enum Direction {
    /** This one tensor has the width, all others what the base configuration says. */
    ONLY_THIS,
    /** All tensors of its kind have the width but this one, which has what the base configuration says. */
    ALL_BUT_THIS
  }

  /** What it is called: the layer, or the tensor where it is not the layer's own. */
  public String name() {
    return target == Target.WEIGHT || layer.output().equals(tensor) ? layer.name() : tensor;
  }
}
