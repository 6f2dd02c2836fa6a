package io.bitloupe.ui.distribution;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import java.util.OptionalInt;

/**
 * What a picture is of.
 *
 * @param layer the layer
 * @param side which of its tensors
 * @param tensor name of the tensor
 * @param channel one channel of the weights; empty for all of them pooled
 * @param choice the configuration's choice for the tensor
 */
public record Subject(Layer layer, TensorSide side, String tensor, OptionalInt channel, TensorChoice choice) {
  /** Whether the values do not depend on what differs between the two. */
  boolean sameValues(Subject other) {
    return layer.equals(other.layer) && tensor.equals(other.tensor) && channel.equals(other.channel);
  }
}
