package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The grid that the weights of a layer will be rounded to, with its weights as rows of output channels.
 *
 * @param layer the layer
 * @param layout its weights as a matrix
 * @param params scales and zero-points
 * @param weights the weights, in memory order
 */
record Rounding(Layer layer, WeightLayout layout, QuantParams params, float[] weights) {

  /** The grid of {@code layer}; empty where the configuration leaves its weights in float. */
  static Optional<Rounding> of(Subject subject, Layer layer) {
    String name = layer.weight().orElseThrow();
    if (!(subject.config().weightChoice(name) instanceof TensorChoice.Quantized choice)) {
      return Optional.empty();
    }
    Tensor tensor = subject.model().graph().constant(name);
    float[] weights = tensor.floats();
    int axis = layer.outputChannelAxis();
    QuantParams params =
        choice.resolved().isEmpty()
            ? ParameterCalculator.weights(weights, tensor.shape(), axis, choice.granularity(), choice.range(), choice.format())
            : new QuantParams(choice.format(), choice.granularity(), axis, choice.resolved());
    return Optional.of(new Rounding(layer, WeightLayout.of(layer), params, weights));
  }

  /** What rounding to nearest leaves of the weights. */
  float[] nearest() {
    return TensorQuantizer.fakeQuantize(weights, layer.weightShape(), params);
  }

  /** The scale and zero-point of each weight, in memory order. */
  Affine[] affine() {
    Affine[] affine = new Affine[weights.length];
    ScaleGroups.of(layer.weightShape(), params)
        .forEachRun((group, from, to) -> Arrays.fill(affine, from, to, params.affine().get(group)));
    return affine;
  }

  /** The same weights on another grid. */
  Rounding on(QuantParams other) {
    return new Rounding(layer, layout, other, weights);
  }

  /** The subject with {@code rounded}, which lies on this grid, as the weights to quantize. */
  Subject into(Subject subject, float[] rounded) {
    String name = layer.weight().orElseThrow();
    TensorChoice.Quantized choice = (TensorChoice.Quantized) subject.config().weightChoice(name);
    TensorChoice fixed = new TensorChoice.Quantized(choice.format(), choice.granularity(), choice.range(), params.affine());
    return subject.withRounded(Map.of(name, Tensor.ofFloats(layer.weightShape(), rounded)), Map.of(name, fixed));
  }

  /** Refuses a method that changes the float function once weights were rounded to a grid. */
  static void refuseAfterRounding(Subject subject, String method) {
    List<Layer> rounded = subject.layers().stream().filter(subject::isRounded).toList();
    if (!rounded.isEmpty()) {
      throw new InvalidInputException(
          "The method %s changes weights that an earlier step of the recipe has rounded (%s); put it first."
              .formatted(method, rounded.getFirst().name()));
    }
  }
}
