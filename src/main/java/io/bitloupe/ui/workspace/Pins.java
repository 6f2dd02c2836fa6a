package io.bitloupe.ui.workspace;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers that keep their choices, whatever is changed.
 *
 * @param layers their indices
 */
public record Pins(Set<Integer> layers) {
  /** None. */
  public static final Pins NONE = new Pins(Set.of());

  /** Copies the set. */
  public Pins {
    layers = Set.copyOf(layers);
  }

  /** With {@code toggled} pinned, or without them where all of them are. */
  Pins toggle(List<Integer> toggled) {
    Set<Integer> changed = new HashSet<>(layers);
    if (layers.containsAll(toggled)) {
      toggled.forEach(changed::remove);
    } else {
      changed.addAll(toggled);
    }
    return new Pins(changed);
  }

  /** {@code after} with the choices that {@code before} has for the weights and outputs of these layers. */
  QuantConfig keep(Model model, QuantConfig before, QuantConfig after) {
    QuantConfig kept = after;
    for (Layer layer : model.layers()) {
      if (layers.contains(layer.index())) {
        if (layer.weight().isPresent()) {
          String tensor = layer.weight().get();
          kept = keep(kept, tensor, before.weightChoice(tensor), after.weightChoice(tensor), after.weight());
        }
        String output = layer.output();
        kept = keep(kept, output, before.activationChoice(output), after.activationChoice(output), after.activation());
      }
    }
    return kept;
  }

  private static QuantConfig keep(
      QuantConfig config, String tensor, TensorChoice before, TensorChoice after, TensorChoice fallback) {
    if (before.equals(after)) {
      return config;
    }
    return before.equals(fallback) ? config.without(tensor) : config.with(tensor, before);
  }
}
