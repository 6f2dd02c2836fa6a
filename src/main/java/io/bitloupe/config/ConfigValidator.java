package io.bitloupe.config;

import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.format.NumberFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says whether a configuration can be used for a model, and if not, what of it and why. */
public final class ConfigValidator {

  private final String source;
  private final Model model;
  private final QuantizableTensors quantizable;

  private ConfigValidator(Model model, String source) {
    this.model = model;
    this.source = source;
    this.quantizable = QuantizableTensors.of(model);
  }

  /**
   * Checks {@code config} against {@code model}.
   *
   * @param source where the configuration comes from, for the message
   * @throws InvalidInputException with one sentence that names what cannot be used, and why
   */
  public static void check(QuantConfig config, Model model, String source) {
    new ConfigValidator(model, source).check(config);
  }

  /** Why {@code choice} cannot be used for the weights of {@code layer}; empty when it can. */
  public static Optional<String> weightProblem(TensorChoice choice, Layer layer) {
    if (!(choice instanceof Quantized quantized)) {
      return Optional.empty();
    }
    return weightProblem(quantized).or(() -> resolvedProblem(quantized, groups(quantized.granularity(), layer), layer.outputChannels()));
  }

  /** Why {@code choice} cannot be used for an activation; empty when it can. */
  public static Optional<String> activationProblem(TensorChoice choice) {
    if (choice instanceof TensorChoice.Coded(NumberFormat format, Granularity _)) {
      return Optional.of("the format %s is for weights".formatted(FormatText.format(format)));
    }
    if (!(choice instanceof Quantized quantized)) {
      return Optional.empty();
    }
    if (!Choices.isActivationBits(quantized.format().bits())) {
      return Optional.of("activations can have 1 to 8 or 16 bits, not " + quantized.format().bits());
    }
    if (!quantized.granularity().equals(Granularity.TENSOR)) {
      return Optional.of(
          "activations can only have one scale for the tensor, since scales by channel or block would need a rescale inside every sum");
    }
    return resolvedProblem(quantized, Optional.of(1), 1);
  }

  private static Optional<String> weightProblem(Quantized choice) {
    if (!Choices.isWeightBits(choice.format().bits())) {
      return Optional.of("weights can have 1 to 8 bits, not " + choice.format().bits());
    }
    if (choice.range() instanceof RangeMethod.Dynamic) {
      return Optional.of("weights are constant and cannot have a dynamic range");
    }
    return Optional.empty();
  }

  private static Optional<Integer> groups(Granularity granularity, Layer layer) {
    return switch (granularity) {
      case Granularity.PerTensor _ -> Optional.of(1);
      case Granularity.PerChannel _ -> Optional.of(layer.outputChannels());
      case Granularity.PerChannelGroup(int channels) -> Optional.of(Math.ceilDiv(layer.outputChannels(), channels));
      case Granularity.PerBlock _ -> Optional.empty();
    };
  }

  private static Optional<String> resolvedProblem(Quantized choice, Optional<Integer> groups, int channels) {
    List<Affine> resolved = choice.resolved();
    if (resolved.isEmpty()) {
      return Optional.empty();
    }
    if (groups.isPresent() && resolved.size() != groups.get()) {
      return Optional.of("it has %d scales where %d are needed".formatted(resolved.size(), groups.get()));
    }
    if (resolved.size() % channels != 0 && groups.isEmpty()) {
      return Optional.of("it has %d scales, which is no multiple of its %d channels".formatted(resolved.size(), channels));
    }
    IntegerFormat format = choice.format();
    for (Affine affine : resolved) {
      if (format.scheme() == Scheme.SYMMETRIC && affine.zeroPoint() != 0) {
        return Optional.of("a symmetric choice has the zero-point 0, not " + affine.zeroPoint());
      }
      if (affine.zeroPoint() < format.quantMin() || affine.zeroPoint() > format.quantMax()) {
        return Optional.of(
            "the zero-point %d is outside its codes, %d to %d".formatted(affine.zeroPoint(), format.quantMin(), format.quantMax()));
      }
    }
    return Optional.empty();
  }

  private void check(QuantConfig config) {
    boolean resolved = config.tensors().values().stream().anyMatch(c -> c instanceof Quantized q && !q.resolved().isEmpty());
    config
        .model()
        .filter(reference -> resolved && !reference.sha256().equalsIgnoreCase(model.sha256()))
        .ifPresent(
            reference -> {
              throw new InvalidInputException(
                  "%s: it holds scales for another model, %s with SHA-256 %s, not %s with %s."
                      .formatted(source, reference.file(), digits(reference.sha256()), model.fileName(), digits(model.sha256())));
            });
    if (config.weight() instanceof Quantized weight) {
      weightProblem(weight).or(() -> unresolvedProblem(weight)).ifPresent(problem -> refuse("defaults.weight", problem));
    }
    activationProblem(config.activation())
        .or(() -> config.activation() instanceof Quantized activation ? unresolvedProblem(activation) : Optional.empty())
        .ifPresent(problem -> refuse("defaults.activation", problem));
    config.tensors().forEach(this::check);
  }

  private void check(String tensor, TensorChoice choice) {
    if (quantizable.weights().contains(tensor)) {
      Layer layer = model.layerOfWeight(tensor).orElseThrow();
      weightProblem(choice, layer).ifPresent(problem -> refuse("'" + tensor + "'", problem));
    } else if (quantizable.activations().contains(tensor)) {
      activationProblem(choice).ifPresent(problem -> refuse("'" + tensor + "'", problem));
    } else if (model.graph().initializers().containsKey(tensor)) {
      refuse("'" + tensor + "'", "it is a constant of %s but not the weights of a layer".formatted(model.fileName()));
    } else if (model.tensors().containsKey(tensor)) {
      refuse("'" + tensor + "'", "it holds no floating-point numbers");
    } else {
      Set<String> known = new LinkedHashSet<>(quantizable.weights());
      known.addAll(quantizable.activations());
      throw new InvalidInputException(
          "%s: %s has no tensor '%s'%s.".formatted(source, model.fileName(), tensor, Names.suggestion(tensor, known)));
    }
  }

  private static Optional<String> unresolvedProblem(Quantized choice) {
    return choice.resolved().isEmpty() ? Optional.empty() : Optional.of("a default cannot have scales");
  }

  private void refuse(String what, String problem) {
    throw new InvalidInputException("%s: %s cannot be used: %s.".formatted(source, what, problem));
  }

  private static String digits(String sha256) {
    return sha256.length() <= 12 ? sha256 : sha256.substring(0, 12) + "...";
  }
}
