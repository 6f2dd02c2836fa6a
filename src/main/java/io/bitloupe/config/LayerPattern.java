package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A choice of bits by name, {@code GLOB=W4A8} on the command line. The pattern is tried on the names of layers; a layer's W is
 * for its weights, its A for its output after the fused clamp. Only when no layer fits is it tried on the names of tensors.
 *
 * @param glob the names
 * @param widths what they get
 */
public record LayerPattern(Glob glob, BitWidths widths) {

  /**
   * Reads {@code GLOB=W4A8}. The last equals sign counts, since names may hold others.
   *
   * @throws InvalidInputException when {@code text} has another form
   */
  public static LayerPattern parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 1) {
      throw new InvalidInputException("'%s' is no choice by name like 'conv1=W4A8'.".formatted(text));
    }
    return new LayerPattern(new Glob(text.substring(0, equals)), BitWidths.parse(text.substring(equals + 1)));
  }

  /**
   * {@code config} with these widths for whatever fits in {@code model}.
   *
   * @throws InvalidInputException when nothing fits, or nothing that fits has what the widths are for
   */
  public QuantConfig applyTo(QuantConfig config, Model model) {
    Set<String> weights = new LinkedHashSet<>();
    Set<String> activations = new LinkedHashSet<>();
    List<Layer> layers = model.layers().stream().filter(layer -> glob.matches(layer.name())).toList();
    for (Layer layer : layers) {
      layer.weight().ifPresent(weights::add);
      activations.add(layer.output());
    }
    if (layers.isEmpty()) {
      QuantizableTensors tensors = QuantizableTensors.of(model);
      tensors.weights().stream().filter(glob::matches).forEach(weights::add);
      tensors.activations().stream().filter(glob::matches).forEach(activations::add);
    }
    if (weights.isEmpty() && activations.isEmpty()) {
      throw nothingFits(glob, model);
    }
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    change(widths.weight(), weights, changed, config::weightChoice, TensorChoice.DEFAULT_WEIGHT);
    change(widths.activation(), activations, changed, config::activationChoice, TensorChoice.DEFAULT_ACTIVATION);
    if (changed.isEmpty()) {
      throw new InvalidInputException(
          "'%s' fits %s only, which %s is not for."
              .formatted(glob.pattern(), weights.isEmpty() ? "activations" : "weights", widths));
    }
    return config.with(changed);
  }

  private static void change(
      Optional<BitWidths.Width> width,
      Set<String> tensors,
      Map<String, TensorChoice> changed,
      Function<String, TensorChoice> current,
      TensorChoice whenFloat) {
    width.ifPresent(
        w -> tensors.forEach(tensor -> changed.put(tensor, Choices.withWidth(current.apply(tensor), w, whenFloat))));
  }

  /** The refusal of a pattern that fits nothing, with the names that it may have been meant for. */
  static InvalidInputException nothingFits(Glob glob, Model model) {
    List<String> known = new ArrayList<>(model.layers().stream().map(Layer::name).toList());
    QuantizableTensors tensors = QuantizableTensors.of(model);
    known.addAll(tensors.weights());
    known.addAll(tensors.activations());
    String suggestion = Names.suggestion(glob.pattern(), known);
    String hint = suggestion.isEmpty() ? "; 'bitloupe inspect' lists its layers" : suggestion;
    return new InvalidInputException(
        "'%s' fits no layer or tensor of %s%s.".formatted(glob.pattern(), model.fileName(), hint));
  }
}
