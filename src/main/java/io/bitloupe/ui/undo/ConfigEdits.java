package io.bitloupe.ui.undo;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The changes that the window can make to a configuration. A choice that equals the default is stored as no exception. */
public final class ConfigEdits {
  private final Function<Layer, String> names;

  /** Edits whose descriptions call layers by {@code names}. */
  public ConfigEdits(Function<Layer, String> names) {
    this.names = names;
  }

  /** Weights of {@code layers} to {@code bits}. */
  public ConfigChange weightBits(List<Layer> layers, int bits) {
    return onWeights(layers, Messages.get("change.weightBits", bits), choice -> withBits(choice, bits, TensorChoice.DEFAULT_WEIGHT));
  }

  /** Outputs of {@code layers} to {@code bits}. */
  public ConfigChange activationBits(List<Layer> layers, int bits) {
    return onOutputs(layers, Messages.get("change.activationBits", bits),
        choice -> withBits(choice, bits, TensorChoice.DEFAULT_ACTIVATION));
  }

  /** Weights of {@code layers} to {@code scheme}. */
  public ConfigChange weightScheme(List<Layer> layers, Scheme scheme) {
    return onWeights(layers, Terms.scheme(scheme), choice -> withScheme(choice, scheme));
  }

  /** Weights of {@code layers} to {@code granularity}. */
  public ConfigChange weightGranularity(List<Layer> layers, Granularity granularity) {
    return onWeights(layers, Messages.get("change.granularity", Terms.granularity(granularity)),
        choice -> withGranularity(choice, granularity));
  }

  /** Ranges of the weights of {@code layers} found by {@code method}. */
  public ConfigChange weightRange(List<Layer> layers, RangeMethod method) {
    return onWeights(layers, Messages.get("change.range", Terms.range(method)), choice -> withRange(choice, method));
  }

  /** Weights and outputs of {@code layers} stay in float. */
  public ConfigChange toFloat(List<Layer> layers) {
    return new ConfigChange(
        describe(layers, Messages.get("change.float")),
        config -> {
          QuantConfig changed = config;
          for (Layer layer : layers) {
            changed = layer.weight().isPresent() ? store(changed, layer.weight().get(), TensorChoice.FLOAT, changed.weight()) : changed;
            changed = store(changed, layer.output(), TensorChoice.FLOAT, changed.activation());
          }
          return changed;
        });
  }

  /** Weights and outputs of {@code layers} back to the defaults. */
  public ConfigChange reset(List<Layer> layers) {
    return new ConfigChange(
        describe(layers, Messages.get("change.reset")),
        config -> {
          QuantConfig changed = config;
          for (Layer layer : layers) {
            changed = layer.weight().isPresent() ? changed.without(layer.weight().get()) : changed;
            changed = changed.without(layer.output());
          }
          return changed;
        });
  }

  /** Another choice for the weight {@code tensor}. */
  public static ConfigChange weightChoice(String tensor, String description, UnaryOperator<TensorChoice> edit) {
    return new ConfigChange(description, config -> store(config, tensor, edit.apply(config.weightChoice(tensor)), config.weight()));
  }

  /** Another choice for the activation {@code tensor}. */
  public static ConfigChange activationChoice(String tensor, String description, UnaryOperator<TensorChoice> edit) {
    return new ConfigChange(description, config -> store(config, tensor, edit.apply(config.activationChoice(tensor)), config.activation()));
  }

  /** Other choices for all tensors without an exception. Exceptions that now equal the default are dropped. */
  public static ConfigChange defaults(Model model, TensorChoice weight, TensorChoice activation) {
    return new ConfigChange(
        Terms.defaults(weight, activation),
        config -> {
          QuantConfig changed = config.withDefaults(weight, activation);
          for (Map.Entry<String, TensorChoice> exception : config.tensors().entrySet()) {
            TensorChoice fallback = model.graph().isConstant(exception.getKey()) ? weight : activation;
            changed = exception.getValue().equals(fallback) ? changed.without(exception.getKey()) : changed;
          }
          return changed;
        });
  }

  /** {@code choice} with other bits; from float, the rest is taken from {@code template}. */
  public static TensorChoice withBits(TensorChoice choice, int bits, TensorChoice template) {
    TensorChoice.Quantized quantized = quantized(choice, template);
    IntegerFormat format = quantized.format();
    return new TensorChoice.Quantized(
        new IntegerFormat(bits, format.signed(), format.scheme()), quantized.granularity(), quantized.range());
  }

  /** {@code choice} with another scheme; float stays float. */
  public static TensorChoice withScheme(TensorChoice choice, Scheme scheme) {
    return choice instanceof TensorChoice.Quantized quantized
        ? new TensorChoice.Quantized(
            new IntegerFormat(quantized.format().bits(), quantized.format().signed() || scheme == Scheme.SYMMETRIC, scheme),
            quantized.granularity(),
            quantized.range())
        : choice;
  }

  /** {@code choice} with another granularity; float stays float. */
  public static TensorChoice withGranularity(TensorChoice choice, Granularity granularity) {
    return choice instanceof TensorChoice.Quantized quantized
        ? new TensorChoice.Quantized(quantized.format(), granularity, quantized.range())
        : choice;
  }

  /** {@code choice} with another range method; float stays float. */
  public static TensorChoice withRange(TensorChoice choice, RangeMethod method) {
    return choice instanceof TensorChoice.Quantized quantized
        ? new TensorChoice.Quantized(quantized.format(), quantized.granularity(), method)
        : choice;
  }

  private ConfigChange onWeights(List<Layer> layers, String what, UnaryOperator<TensorChoice> edit) {
    List<Layer> owners = layers.stream().filter(layer -> layer.weight().isPresent()).toList();
    return new ConfigChange(
        describe(owners, what),
        config -> {
          QuantConfig changed = config;
          for (Layer layer : owners) {
            String tensor = layer.weight().orElseThrow();
            changed = store(changed, tensor, edit.apply(changed.weightChoice(tensor)), changed.weight());
          }
          return changed;
        });
  }

  private ConfigChange onOutputs(List<Layer> layers, String what, UnaryOperator<TensorChoice> edit) {
    return new ConfigChange(
        describe(layers, what),
        config -> {
          QuantConfig changed = config;
          for (Layer layer : layers) {
            changed = store(changed, layer.output(), edit.apply(changed.activationChoice(layer.output())), changed.activation());
          }
          return changed;
        });
  }

  private static QuantConfig store(QuantConfig config, String tensor, TensorChoice choice, TensorChoice fallback) {
    return choice.equals(fallback) ? config.without(tensor) : config.with(tensor, choice);
  }

  private static TensorChoice.Quantized quantized(TensorChoice choice, TensorChoice template) {
    return choice instanceof TensorChoice.Quantized quantized ? quantized : (TensorChoice.Quantized) template;
  }

  private String describe(List<Layer> layers, String what) {
    Optional<Layer> only = layers.size() == 1 ? Optional.of(layers.getFirst()) : Optional.empty();
    return only.map(layer -> Messages.get("change.layer", names.apply(layer), what))
        .orElseGet(() -> Messages.get("change.layers", layers.size(), what));
  }
}
