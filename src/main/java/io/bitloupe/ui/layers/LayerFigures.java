package io.bitloupe.ui.layers;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.ui.i18n.Figures;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a row of the layer table shows beside the layer itself.
 *
 * @param weight choice for the weights; empty where there are none
 * @param activation choice for the output
 * @param pinned whether the layer keeps its choices
 * @param weightDiffers whether the choice for the weights is not the default
 * @param activationDiffers whether the choice for the output is not the default
 * @param weightSqnr measured signal-to-noise ratio of the weights, dB; empty until measured
 * @param outputSqnr the same of the output
 * @param outputStale whether {@code outputSqnr} is of an earlier configuration
 * @param bytes measured size of the weights
 * @param bytesBar length of their bar, full at the largest layer
 * @param milliseconds measured time of the layer for one sample
 * @param timeBar length of their bar, full at the slowest layer
 * @param sensitivity what the model's output diverges more, in nats, when this layer alone has few bits, negative where less; empty
 *     until searched
 * @param sensitivityStale whether {@code sensitivity} was measured in another configuration
 * @param measurable whether there are data to measure on
 */
public record LayerFigures(
    Optional<TensorChoice> weight,
    TensorChoice activation,
    boolean pinned,
    boolean weightDiffers,
    boolean activationDiffers,
    OptionalDouble weightSqnr,
    OptionalDouble outputSqnr,
    boolean outputStale,
    OptionalLong bytes,
    OptionalDouble bytesBar,
    OptionalDouble milliseconds,
    OptionalDouble timeBar,
    OptionalDouble sensitivity,
    boolean sensitivityStale,
    boolean measurable) {
  /** What stands for a figure that only data tell, as long as it is not there. */
  String missing() {
    return measurable ? Figures.UNKNOWN : Figures.NONE;
  }

  /** The choice for the weights where they are quantized. */
  public Optional<TensorChoice.Quantized> quantizedWeight() {
    return weight.filter(TensorChoice.Quantized.class::isInstance).map(TensorChoice.Quantized.class::cast);
  }
}
