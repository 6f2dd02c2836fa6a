package io.bitloupe.cli;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.ChoiceText;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.ConfigValidator;
import io.bitloupe.config.FloatPattern;
import io.bitloupe.config.FormatText;
import io.bitloupe.config.LayerPattern;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.QuantizableTensors;
import io.bitloupe.config.RecipeText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.method.Method;
import io.bitloupe.method.Methods;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.format.NumberFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/**
 * The options that choose a configuration. Beside a file an option changes its one property everywhere in the file; tensors that
 * the file keeps in float stay there unless {@code --layer} names them.
 */
final class ChoiceOptions {

  private static final String COMMAND_LINE = "the command line";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A configuration file to start from; without one: W8 symmetric per channel, A8 asymmetric, MSE ranges.")
  Optional<Path> config = Optional.empty();

  @Option(names = "--weight-bits", paramLabel = "B", description = "Bits of weights: 1 to 8, or float.")
  Optional<String> weightBits = Optional.empty();

  @Option(
      names = "--weight-format",
      paramLabel = "FORMAT",
      description = "A format that integers do not express, computed with in float: " + FormatText.FORMATS + ".")
  Optional<String> weightFormat = Optional.empty();

  @Option(names = "--weight-scheme", paramLabel = "SCHEME", description = "symmetric or asymmetric.")
  Optional<String> weightScheme = Optional.empty();

  @Option(
      names = {"--weight-granularity", "--granularity"},
      paramLabel = "G",
      description = "Weights that share a scale: tensor, channel, block:N or channels:N.")
  Optional<String> weightGranularity = Optional.empty();

  @Option(
      names = "--weight-range",
      paramLabel = "METHOD",
      description = "Range of weights: minmax, percentile, mse, omse, pnorm, entropy, aciq or ema; percentile:99.9, pnorm:3 and ema:0.95"
              + " set their parameter, pow2: before one makes the scale a power of two.")
  Optional<String> weightRange = Optional.empty();

  @Option(names = "--activation-bits", paramLabel = "B", description = "Bits of activations: 1 to 8, 16, or float.")
  Optional<String> activationBits = Optional.empty();

  @Option(names = "--activation-scheme", paramLabel = "SCHEME", description = "symmetric (signed codes) or asymmetric (unsigned codes).")
  Optional<String> activationScheme = Optional.empty();

  @Option(
      names = "--activation-range",
      paramLabel = "METHOD",
      description = "Range of activations: as for weights, or dynamic (computed for each sample).")
  Optional<String> activationRange = Optional.empty();

  @Option(names = "--range", paramLabel = "METHOD", description = "Range of weights and activations.")
  Optional<String> range = Optional.empty();

  @Option(
      names = "--layer",
      paramLabel = "GLOB=W4A8",
      description = "Bits of the layers (else tensors) whose names fit, for weights (W) and outputs (A); repeatable, later ones win.")
  List<String> layers = new ArrayList<>();

  @Option(
      names = "--float",
      paramLabel = "GLOB",
      description = "Keep an operator (Softmax), or the layers (else tensors) whose names fit, in float; repeatable.")
  List<String> floats = new ArrayList<>();

  @Option(names = "--requantize", paramLabel = "KIND", description = "How sums become codes: float (as ONNX Runtime), fixed or dyadic.")
  Optional<String> requantize = Optional.empty();

  @Option(
      names = "--recipe",
      paramLabel = "STEPS",
      description =
          "Transforms to apply first: methods between commas, settings after colons, for instance equalization,adaround:iterations=500;"
              + " none drops those of the file. Methods: ${COMPLETION-CANDIDATES}.",
      completionCandidates = MethodNames.class)
  Optional<String> recipe = Optional.empty();

  /** The names of the methods, for help. */
  static final class MethodNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Methods.all().stream().map(Method::id).iterator();
    }
  }

  /** What to call the configuration {@code chosen}: the file that it comes from, else its widths. */
  String name(QuantConfig chosen, Model model) {
    if (!model.stored().isEmpty() && chosen.equals(StoredConfiguration.of(model).config())) {
      return model.fileName();
    }
    return config
        .map(file -> String.valueOf(file.getFileName()))
        .orElseGet(() -> "%s (chosen)".formatted(ChoiceText.widths(chosen)));
  }

  /**
   * The configuration for {@code model}.
   *
   * @throws InvalidInputException with one sentence, when an option or the file cannot be used for the model
   */
  QuantConfig choose(Model model) {
    QuantConfig chosen = config.map(file -> ConfigCodec.read(file, model)).orElseGet(() -> StoredConfiguration.of(model).config());
    chosen = change(chosen, model, weightChange(), activationChange());
    if (requantize.isPresent()) {
      chosen = chosen.withRequantization(ChoiceText.parseRequantization(requantize.get()));
    }
    for (String pattern : layers) {
      chosen = LayerPattern.parse(pattern).applyTo(chosen, model);
    }
    for (String pattern : floats) {
      chosen = FloatPattern.parse(pattern).applyTo(chosen, model);
    }
    if (recipe.isPresent()) {
      List<RecipeStep> steps = RecipeText.parse(recipe.get());
      chosen = steps.equals(chosen.recipe()) ? chosen : chosen.unresolved().withRecipe(steps);
    }
    Methods.check(chosen.recipe());
    ConfigValidator.check(chosen, model, config.map(Path::toString).orElse(COMMAND_LINE));
    return chosen.forModel(new QuantConfig.ModelReference(model.fileName(), model.sha256()));
  }

  private UnaryOperator<TensorChoice> weightChange() {
    Optional<BitWidths.Width> width = weightBits.map(BitWidths::weightWidth);
    Optional<Scheme> scheme = weightScheme.map(ChoiceText::parseScheme);
    var granularity = weightGranularity.map(ChoiceText::parseGranularity);
    Optional<RangeMethod> method = weightRange.or(() -> range).map(ChoiceText::parseMethod);
    if (width.filter(BitWidths.Width::isFloat).isPresent() && (scheme.isPresent() || granularity.isPresent() || weightRange.isPresent())) {
      throw new InvalidInputException("Weights in float have no scheme, granularity or range.");
    }
    if (weightFormat.isPresent()) {
      if (width.isPresent() || scheme.isPresent() || weightRange.isPresent()) {
        throw new InvalidInputException("Weights in a format of their own have no bits, scheme or range of integers.");
      }
      NumberFormat format = FormatText.parse(weightFormat.get());
      return _ -> new TensorChoice.Coded(format, granularity.orElse(format.usualGranularity()));
    }
    return choice -> {
      TensorChoice changed = choice;
      changed = width.isPresent() ? Choices.withWidth(changed, width.get(), TensorChoice.DEFAULT_WEIGHT) : changed;
      changed = scheme.isPresent() ? Choices.withScheme(changed, scheme.get(), true) : changed;
      changed = granularity.isPresent() ? Choices.withGranularity(changed, granularity.get()) : changed;
      return method.isPresent() ? Choices.withRange(changed, method.get()) : changed;
    };
  }

  private UnaryOperator<TensorChoice> activationChange() {
    Optional<BitWidths.Width> width = activationBits.map(BitWidths::activationWidth);
    Optional<Scheme> scheme = activationScheme.map(ChoiceText::parseScheme);
    Optional<RangeMethod> method = activationRange.or(() -> range).map(ChoiceText::parseMethod);
    if (width.filter(BitWidths.Width::isFloat).isPresent() && (scheme.isPresent() || activationRange.isPresent())) {
      throw new InvalidInputException("Activations in float have no scheme or range.");
    }
    return choice -> {
      TensorChoice changed = choice;
      changed = width.isPresent() ? Choices.withWidth(changed, width.get(), TensorChoice.DEFAULT_ACTIVATION) : changed;
      changed = scheme.isPresent() ? Choices.withScheme(changed, scheme.get(), scheme.get() == Scheme.SYMMETRIC) : changed;
      return method.isPresent() ? Choices.withRange(changed, method.get()) : changed;
    };
  }

  private static QuantConfig change(
      QuantConfig config, Model model, UnaryOperator<TensorChoice> weight, UnaryOperator<TensorChoice> activation) {
    QuantizableTensors quantizable = QuantizableTensors.of(model);
    Map<String, TensorChoice> named = new LinkedHashMap<>();
    config
        .tensors()
        .forEach(
            (tensor, choice) -> {
              if (!(choice instanceof TensorChoice.FloatingPoint)) {
                named.put(tensor, (quantizable.weights().contains(tensor) ? weight : activation).apply(choice));
              }
            });
    return config.with(named).withDefaults(weight.apply(config.weight()), activation.apply(config.activation()));
  }
}
