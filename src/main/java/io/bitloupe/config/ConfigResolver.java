package io.bitloupe.config;

import io.bitloupe.config.IntegerForm.Role;
import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.calibrate.Calibration;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import io.bitloupe.quant.calibrate.ParameterCalculator.Workers;
import io.bitloupe.quant.calibrate.TensorStatistics;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.util.RecentlyUsed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Finds the scale and zero-point of everything that a configuration quantizes. A tensor's parameters depend on the tensor and
 * its own choice only and are kept, so that resolving again after a change to one layer costs that layer. Thread-safe.
 */
public final class ConfigResolver {

  /** Parameters that are kept: enough for a session of dragging clipping handles. */
  private static final int KEPT = 4096;

  /** How many times all weights of the model are kept in formats other than integers, in float32. */
  private static final int KEPT_CODES = 4;

  private final Model model;
  private final Optional<Calibration> calibration;
  private final Workers workers;
  private final Partition.Structure structure;
  private final Set<String> activations = new LinkedHashSet<>();
  private final Map<String, Layer> weights = new LinkedHashMap<>();
  private final RecentlyUsed<Key, QuantParams> kept = new RecentlyUsed<>();
  private final RecentlyUsed<CodedKey, Encoded> keptCodes = new RecentlyUsed<>();

  private record Key(String tensor, TensorChoice.Quantized choice) {}

  private record CodedKey(String tensor, TensorChoice.Coded choice) {}

  /** A resolver for {@code model} with what its float run showed. */
  public ConfigResolver(Model model, Calibration calibration) {
    this(model, calibration, Workers.CALLER);
  }

  /** A resolver that lets {@code workers} find the ranges of large weights. */
  public ConfigResolver(Model model, Calibration calibration, Workers workers) {
    this(model, Optional.of(calibration), workers);
  }

  /** A resolver without data: for configurations whose activations are resolved already. */
  public ConfigResolver(Model model) {
    this(model, Optional.empty(), Workers.CALLER);
  }

  private ConfigResolver(Model model, Optional<Calibration> calibration, Workers workers) {
    this.model = model;
    this.workers = workers;
    this.calibration = calibration;
    this.structure = new Partition.Structure(model);
    for (String tensor : Partition.ofEverything(structure).codes()) {
      activations.add(structure.root(tensor));
    }
    for (Layer layer : model.layers()) {
      layer.weight().filter(this::isFloatWeight).ifPresent(weight -> weights.putIfAbsent(weight, layer));
    }
  }

  /** Resolves {@code config} once; see {@link #resolve(QuantConfig)}. */
  public static ResolvedConfig resolve(QuantConfig config, Model model, Calibration calibration) {
    return new ConfigResolver(model, calibration).resolve(config);
  }

  /** Resolves {@code config} once, without data; see {@link #resolve(QuantConfig)}. */
  public static ResolvedConfig resolve(QuantConfig config, Model model) {
    return new ConfigResolver(model).resolve(config);
  }

  /** The structure of the model, which lowering needs as well. */
  public Partition.Structure structure() {
    return structure;
  }

  /** Activations that have a choice of their own, in the order of the model. */
  public Set<String> activations() {
    return Collections.unmodifiableSet(activations);
  }

  /** Weights that have a choice of their own, by initializer name, in the order of the model. */
  public Set<String> weights() {
    return Collections.unmodifiableSet(weights.keySet());
  }

  /**
   * Resolves {@code config}. Choices that are resolved already are used as they are.
   *
   * @throws InvalidInputException when it names what the model does not have, asks for an illegal combination, or has an
   *     activation without a scale where there is no data; one sentence that names the tensor and the reason
   */
  public ResolvedConfig resolve(QuantConfig config) {
    config.tensors().forEach((tensor, choice) -> check(tensor, choice, config));
    Map<String, TensorChoice> spelled = new LinkedHashMap<>();
    Map<String, QuantParams> weightParams = new LinkedHashMap<>();
    Map<String, QuantParams> activationParams = new LinkedHashMap<>();
    Map<String, Encoded> encoded = new LinkedHashMap<>();
    Set<String> dynamic = new LinkedHashSet<>();
    for (String weight : weights.keySet()) {
      TensorChoice choice = config.weightChoice(weight);
      spelled.put(weight, choice);
      if (choice instanceof TensorChoice.Quantized quantized) {
        QuantParams params = kept(weight, quantized, this::weight);
        weightParams.put(weight, params);
        spelled.put(weight, resolved(quantized, params));
      } else if (choice instanceof TensorChoice.Coded coded) {
        encoded.put(weight, encoded(weight, coded));
      }
    }
    for (String activation : activations) {
      TensorChoice choice = config.activationChoice(activation);
      spelled.put(activation, choice);
      if (choice instanceof TensorChoice.Quantized quantized) {
        QuantParams params = kept(activation, quantized, this::activation);
        activationParams.put(activation, params);
        spelled.put(activation, resolved(quantized, params));
        if (quantized.range() instanceof RangeMethod.Dynamic) {
          dynamic.add(activation);
        }
      }
    }
    kept.trim(KEPT);
    keptCodes.trim(KEPT_CODES * weightElements(), codes -> codes.decoded().length);
    config.tensors().forEach(spelled::putIfAbsent);
    QuantConfig whole =
        new QuantConfig(
            config.model(), config.calibration(), config.weight(), config.activation(), config.requantization(), spelled, config.recipe());
    return new ResolvedConfig(whole, weightParams, encoded, activationParams, dynamic);
  }

  private long weightElements() {
    return weights.keySet().stream().mapToLong(weight -> model.graph().constant(weight).elements()).sum();
  }

  /** {@link #resolve} with some range for every activation that needs data for its own: neither costs nor weights depend on it. */
  public ResolvedConfig resolveWithoutData(QuantConfig config) {
    Map<String, TensorChoice> choices = new LinkedHashMap<>(config.tensors());
    choices.replaceAll((tensor, choice) -> weights.containsKey(tensor) ? choice : Choices.withAnyRange(choice));
    return resolve(config.with(choices).withDefaults(config.weight(), Choices.withAnyRange(config.activation())));
  }

  private static TensorChoice resolved(TensorChoice.Quantized choice, QuantParams params) {
    return choice.resolved().equals(params.affine())
        ? choice
        : new TensorChoice.Quantized(choice.format(), choice.granularity(), choice.range(), params.affine());
  }

  private QuantParams kept(
      String tensor, TensorChoice.Quantized choice, BiFunction<String, TensorChoice.Quantized, QuantParams> source) {
    return kept.get(new Key(tensor, choice), key -> source.apply(key.tensor(), key.choice()));
  }

  private Encoded encoded(String tensor, TensorChoice.Coded choice) {
    return keptCodes.get(
        new CodedKey(tensor, choice),
        key -> {
          Layer layer = Optional.ofNullable(weights.get(tensor)).orElseThrow();
          Tensor values = model.graph().constant(tensor);
          return choice.format().encode(values.floats(), values.shape(), layer.outputChannelAxis(), choice.granularity());
        });
  }

  private QuantParams weight(String tensor, TensorChoice.Quantized choice) {
    Layer layer = Optional.ofNullable(weights.get(tensor)).orElseThrow();
    checkWeight(tensor, choice, layer);
    Tensor values = model.graph().constant(tensor);
    int axis = layer.outputChannelAxis();
    if (!choice.resolved().isEmpty()) {
      return given(tensor, choice, axis, ScaleGroups.of(values.shape(), axis, choice.granularity()).count());
    }
    return ParameterCalculator.weights(
        values.floats(), values.shape(), axis, choice.granularity(), choice.range(), choice.format(), workers);
  }

  private QuantParams activation(String tensor, TensorChoice.Quantized choice) {
    checkActivation(tensor, choice);
    if (!choice.resolved().isEmpty()) {
      return given(tensor, choice, 0, 1);
    }
    if (choice.range() instanceof RangeMethod.Explicit range) {
      return QuantParams.perTensor(
          choice.format(), Affine.of(new Range(range.min(), range.max()), choice.format()));
    }
    TensorStatistics statistics =
        calibration
            .map(seen -> seen.activations().get(tensor))
            .orElseThrow(
                () ->
                    refused(
                        "The activation '%s' has no scale yet: give data to calibrate on (--data) or a calibrated configuration "
                            + "(--config).",
                        tensor));
    if (statistics == null) {
      throw refused("The activation '%s' was not among the calibrated tensors.", tensor);
    }
    return ParameterCalculator.activation(statistics, choice.range(), choice.format());
  }

  private static QuantParams given(String tensor, TensorChoice.Quantized choice, int axis, int groups) {
    if (choice.resolved().size() != groups) {
      refuse(tensor, "it has %d scales where %d are needed".formatted(choice.resolved().size(), groups));
    }
    return new QuantParams(choice.format(), choice.granularity(), axis, choice.resolved());
  }

  private void check(String tensor, TensorChoice choice, QuantConfig config) {
    if (weights.containsKey(tensor)) {
      return;
    }
    TensorInfo info = model.tensors().get(tensor);
    boolean constant = model.graph().isConstant(tensor) || model.original().isConstant(tensor);
    if (info == null && !constant) {
      throw refused("The model %s has no tensor '%s', which the configuration names.", model.fileName(), tensor);
    }
    if (choice instanceof TensorChoice.Coded) {
      refuse(tensor, ConfigValidator.activationProblem(choice).orElseThrow());
    }
    if (!(choice instanceof TensorChoice.Quantized quantized)) {
      return;
    }
    if (info == null) {
      throw refused("The choice for '%s' cannot be used: it is a constant but not the weights of a layer.", tensor);
    }
    if (info.type() != DataType.FLOAT) {
      throw refused("The choice for '%s' cannot be used: it holds no 32-bit floating-point numbers.", tensor);
    }
    checkActivation(tensor, quantized);
    String root = structure.root(tensor);
    boolean moved = structure.writer(tensor).filter(form -> form.role() == Role.MOVE).isPresent();
    if (moved && !root.equals(tensor) && !config.activationChoice(root).equals(choice)) {
      throw refused(
          "The choice for '%s' cannot be used: it only passes on '%s' and shares its scale, so the choice belongs there.", tensor, root);
    }
  }

  private static void checkWeight(String tensor, TensorChoice.Quantized choice, Layer layer) {
    ConfigValidator.weightProblem(choice, layer).ifPresent(problem -> refuse(tensor, problem));
    if (!choice.format().signed() && choice.format().scheme() == Scheme.SYMMETRIC) {
      refuse(tensor, "weights cannot be both unsigned and symmetric, which would leave no code for negative ones");
    }
  }

  private static void checkActivation(String tensor, TensorChoice.Quantized choice) {
    ConfigValidator.activationProblem(choice).ifPresent(problem -> refuse(tensor, problem));
    if (choice.format().isBinary()) {
      refuse(tensor, "an activation of 1 symmetric bit would have no code for 0");
    }
  }

  private static void refuse(String tensor, String problem) {
    throw refused("The choice for '%s' cannot be used: %s.", tensor, problem);
  }

  private boolean isFloatWeight(String weight) {
    return Optional.ofNullable(model.graph().initializers().get(weight)).filter(t -> t.type() == DataType.FLOAT).isPresent();
  }

  private static InvalidInputException refused(String sentence, Object... values) {
    return new InvalidInputException(sentence.formatted(values));
  }
}
