package io.bitloupe.config;

import io.bitloupe.quant.Requantization;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One choice for every tensor of a model.
 *
 * @param model the model it was made for; empty when it is to be used on any
 * @param calibration the samples that set the ranges that are resolved; empty when none did
 * @param weight choice for weights that {@code tensors} does not name
 * @param activation choice for activations that {@code tensors} does not name
 * @param requantization how accumulators become codes
 * @param tensors exceptions by tensor name: an initializer for a weight, a layer's output after its fused clamp (or a model
 *     input) for an activation
 * @param recipe transforms of the model to apply first, in order
 */
public record QuantConfig(
    Optional<ModelReference> model,
    Optional<CalibrationReference> calibration,
    TensorChoice weight,
    TensorChoice activation,
    Requantization requantization,
    Map<String, TensorChoice> tensors,
    List<RecipeStep> recipe) {

  /**
   * The model that a configuration was made for.
   *
   * @param file file name without its folder
   * @param sha256 digest of the file, hexadecimal
   */
  public record ModelReference(String file, String sha256) {}

  /**
   * Data that ranges come from. It is remembered so that later figures leave these samples out; what identifies a configuration
   * are the ranges themselves.
   *
   * @param data name of the data, without its folder
   * @param samples how many of its first samples set ranges
   */
  public record CalibrationReference(String data, int samples) {}

  /**
   * A named transform of the model with its settings.
   *
   * @param method name of the method
   * @param settings values by name
   */
  public record RecipeStep(String method, Map<String, String> settings) {
    /** Copies the map. */
    public RecipeStep {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
  }

  /** Copies the collections. */
  public QuantConfig {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    recipe = List.copyOf(recipe);
  }

  /** 8-bit symmetric per-channel weights, 8-bit asymmetric activations, MSE ranges, float-scale requantization. */
  public static QuantConfig defaults() {
    return uniform(TensorChoice.DEFAULT_WEIGHT, TensorChoice.DEFAULT_ACTIVATION);
  }

  /** The same two choices for every tensor. */
  public static QuantConfig uniform(TensorChoice weight, TensorChoice activation) {
    return new QuantConfig(Optional.empty(), Optional.empty(), weight, activation, Requantization.FLOAT_SCALE, Map.of(), List.of());
  }

  /** Whether some choices carry scales of their own, as those of a calibrated file do. */
  public boolean hasScales() {
    return tensors.values().stream().anyMatch(choice -> choice instanceof TensorChoice.Quantized q && !q.resolved().isEmpty());
  }

  /** The choice for the weight {@code tensor}. */
  public TensorChoice weightChoice(String tensor) {
    return tensors.getOrDefault(tensor, weight);
  }

  /** The choice for the activation {@code tensor}. */
  public TensorChoice activationChoice(String tensor) {
    return tensors.getOrDefault(tensor, activation);
  }

  /** This configuration with another choice for {@code tensor}. */
  public QuantConfig with(String tensor, TensorChoice choice) {
    return with(Map.of(tensor, choice));
  }

  /** This configuration with other choices for some tensors. */
  public QuantConfig with(Map<String, TensorChoice> choices) {
    Map<String, TensorChoice> changed = new LinkedHashMap<>(tensors);
    changed.putAll(choices);
    return new QuantConfig(model, calibration, weight, activation, requantization, changed, recipe);
  }

  /** This configuration without an exception for {@code tensor}. */
  public QuantConfig without(String tensor) {
    Map<String, TensorChoice> changed = new LinkedHashMap<>(tensors);
    changed.remove(tensor);
    return new QuantConfig(model, calibration, weight, activation, requantization, changed, recipe);
  }

  /** This configuration with other choices for the tensors that it does not name. */
  public QuantConfig withDefaults(TensorChoice weight, TensorChoice activation) {
    return new QuantConfig(model, calibration, weight, activation, requantization, tensors, recipe);
  }

  /** This configuration with another requantization. */
  public QuantConfig withRequantization(Requantization other) {
    return new QuantConfig(model, calibration, weight, activation, other, tensors, recipe);
  }

  /** This configuration with another recipe. */
  public QuantConfig withRecipe(List<RecipeStep> other) {
    return new QuantConfig(model, calibration, weight, activation, requantization, tensors, other);
  }

  /** This configuration without anything that was resolved. */
  public QuantConfig unresolved() {
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    tensors.forEach((tensor, choice) -> changed.put(tensor, Choices.unresolved(choice)));
    return new QuantConfig(model, Optional.empty(), weight, activation, requantization, changed, recipe);
  }

  /** This configuration for {@code reference}. */
  public QuantConfig forModel(ModelReference reference) {
    return new QuantConfig(Optional.of(reference), calibration, weight, activation, requantization, tensors, recipe);
  }

  /** This configuration with ranges that come from {@code reference}. */
  public QuantConfig calibratedOn(CalibrationReference reference) {
    return new QuantConfig(model, Optional.of(reference), weight, activation, requantization, tensors, recipe);
  }
}
