package io.bitloupe.config;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.TensorInfo;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a model that a configuration may name.
 *
 * @param weights initializers that are weights of a layer, in layer order
 * @param activations computed floating-point tensors and inputs, in graph order
 */
public record QuantizableTensors(Set<String> weights, Set<String> activations) {

  /** Those of {@code model}. */
  public static QuantizableTensors of(Model model) {
    Set<String> weights = new LinkedHashSet<>();
    model.layers().stream().map(Layer::weight).flatMap(Optional::stream).forEach(weights::add);
    Set<String> activations = new LinkedHashSet<>();
    for (TensorInfo tensor : model.tensors().values()) {
      if (tensor.type().isFloatingPoint()) {
        activations.add(tensor.name());
      }
    }
    return new QuantizableTensors(weights, activations);
  }
}
