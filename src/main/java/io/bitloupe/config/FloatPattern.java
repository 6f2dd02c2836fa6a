package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to stay in float: an operator ({@code Softmax}), the name of layers, or else of tensors. A layer with weights stays in
 * float by its weights, so that its neighbours can still exchange integers with it; anything else by its outputs.
 *
 * @param glob the operator or the names
 */
public record FloatPattern(Glob glob) {

  /** Reads an operator or a pattern for names. */
  public static FloatPattern parse(String text) {
    if (text.isBlank()) {
      throw new InvalidInputException("An empty name cannot say what stays in float.");
    }
    return new FloatPattern(new Glob(text.strip()));
  }

  /**
   * {@code config} with whatever fits in {@code model} in float.
   *
   * @throws InvalidInputException when nothing fits
   */
  public QuantConfig applyTo(QuantConfig config, Model model) {
    Set<String> tensors = ofOperator(model);
    if (tensors.isEmpty()) {
      model.layers().stream().filter(layer -> glob.matches(layer.name())).forEach(layer -> tensors.add(deciding(layer)));
    }
    if (tensors.isEmpty()) {
      QuantizableTensors quantizable = QuantizableTensors.of(model);
      quantizable.weights().stream().filter(glob::matches).forEach(tensors::add);
      quantizable.activations().stream().filter(glob::matches).forEach(tensors::add);
    }
    if (tensors.isEmpty()) {
      throw LayerPattern.nothingFits(glob, model);
    }
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    tensors.forEach(tensor -> changed.put(tensor, TensorChoice.FLOAT));
    return config.with(changed);
  }

  private Set<String> ofOperator(Model model) {
    Set<String> tensors = new LinkedHashSet<>();
    for (Layer layer : model.layers()) {
      if (glob.pattern().equalsIgnoreCase(layer.kind().title()) || glob.pattern().equalsIgnoreCase(layer.node().opType())) {
        tensors.add(deciding(layer));
      }
    }
    QuantizableTensors quantizable = QuantizableTensors.of(model);
    Set<String> ofLayers = model.layers().stream().map(layer -> layer.node().output()).collect(Collectors.toSet());
    for (Node node : model.graph().nodes()) {
      if (!ofLayers.contains(node.output()) && glob.pattern().equalsIgnoreCase(node.opType())) {
        node.outputs().stream().filter(quantizable.activations()::contains).forEach(tensors::add);
      }
    }
    return tensors;
  }

  private static String deciding(Layer layer) {
    return layer.weight().orElse(layer.output());
  }
}
