package io.bitloupe.export;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ConfigValidator;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a configuration of the encodings of a file, and says of each that it cannot use, why. What no encoding names stays in float. */
final class ConfigCollector {

  private static final String NOT_COMPUTED = "no operator of the model computes with its codes";

  private final Model model;
  private final ConfigResolver resolver;
  private final Map<String, QuantParams> weights = new LinkedHashMap<>();
  private final Map<String, QuantParams> activations = new LinkedHashMap<>();
  private final Map<String, IntegerFormat> dynamic = new LinkedHashMap<>();
  private final List<Loss> losses = new ArrayList<>();

  ConfigCollector(Model model) {
    this.model = model;
    this.resolver = new ConfigResolver(model);
  }

  /** The layer that owns the weights {@code tensor}, where it has some. */
  Optional<Layer> layer(String tensor) {
    return model.layerOfWeight(tensor);
  }

  void add(String tensor, QuantParams params) {
    if (resolver.weights().contains(tensor)) {
      weights.put(tensor, params);
    } else {
      activations.put(tensor, params);
    }
  }

  /** An activation whose range is found at run time. */
  void addDynamic(String tensor, IntegerFormat format) {
    dynamic.put(tensor, format);
  }

  /** The tensor that {@code tensor} has its scale from: itself, or what operators before it only passed on. */
  String root(String tensor) {
    return model.tensors().containsKey(tensor) ? resolver.structure().root(tensor) : tensor;
  }

  void lose(String subject, String reason) {
    losses.add(new Loss(subject, reason));
  }

  /** The configuration, every tensor that the model can quantize spelled out. */
  Imported finish() {
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    weights.forEach(
        (tensor, params) -> {
          TensorChoice choice = choice(params);
          Optional<String> problem = ConfigValidator.weightProblem(choice, layer(tensor).orElseThrow());
          problem.ifPresent(reason -> lose(Encodings.subject(model, tensor), reason));
          choices.put(tensor, problem.isPresent() ? TensorChoice.FLOAT : choice);
        });
    activations.forEach((tensor, params) -> activation(tensor, params, choices));
    dynamic.forEach(
        (tensor, format) -> {
          if (resolver.activations().contains(tensor)) {
            choices.put(tensor, new TensorChoice.Quantized(format, Granularity.TENSOR, new RangeMethod.Dynamic()));
          } else {
            lose(tensor, NOT_COMPUTED);
          }
        });
    resolver.weights().forEach(tensor -> choices.putIfAbsent(tensor, TensorChoice.FLOAT));
    resolver.activations().forEach(tensor -> choices.putIfAbsent(tensor, TensorChoice.FLOAT));
    QuantConfig config = QuantConfig.uniform(TensorChoice.FLOAT, TensorChoice.FLOAT).with(choices);
    return new Imported(config.forModel(new QuantConfig.ModelReference(model.fileName(), model.sha256())), losses);
  }

  private void activation(String tensor, QuantParams params, Map<String, TensorChoice> choices) {
    TensorInfo info = model.tensors().get(tensor);
    if (info == null) {
      lose(tensor, model.graph().isConstant(tensor) ? "it is a constant but not the weights of a layer"
          : "the model has no tensor of that name");
      return;
    }
    String root = resolver.structure().root(tensor);
    if (info.type() == DataType.FLOAT && !root.equals(tensor)) {
      if (!params.equals(activations.get(root))) {
        lose(tensor, "it only passes on '%s' and shares its scale, which is another one".formatted(root));
      }
      return;
    }
    if (!resolver.activations().contains(tensor)) {
      lose(tensor, NOT_COMPUTED);
      return;
    }
    TensorChoice choice = choice(params);
    Optional<String> problem = ConfigValidator.activationProblem(choice);
    problem.ifPresent(reason -> lose(tensor, reason));
    choices.put(tensor, problem.isPresent() ? TensorChoice.FLOAT : choice);
  }

  /** The scales decide; how they were found is not known, and min-max stands for that. */
  private static TensorChoice choice(QuantParams params) {
    return new TensorChoice.Quantized(params.format(), params.granularity(), new RangeMethod.MinMax(), params.affine());
  }
}
