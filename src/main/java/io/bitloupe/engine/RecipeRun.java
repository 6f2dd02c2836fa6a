package io.bitloupe.engine;

import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.method.Methods;
import io.bitloupe.method.Recipe;
import io.bitloupe.method.Subject;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.calibrate.Calibration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Applies the recipe of a configuration to a workbench. */
final class RecipeRun {

  private RecipeRun() {}

  /** The workbench that {@code config} is to be measured on; {@code workbench} itself without a recipe. */
  static Prepared prepare(Workbench workbench, QuantConfig config, WorkerPool pool, Progress progress) {
    if (config.recipe().isEmpty()) {
      return Prepared.unchanged(workbench);
    }
    Model model = workbench.model();
    Subject subject = Recipe.apply(Subject.of(model, config, Optional.of(workbench.data().calibration())), progress);
    boolean sameActivations = subject.reference().graph().equals(model.graph());
    Calibration calibration =
        sameActivations
            ? workbench.calibration()
            : new CalibrationRun(subject.reference(), workbench.data().calibration()).run(pool, progress);
    Map<String, TensorChoice> settledTensors = new LinkedHashMap<>();
    subject
        .config()
        .tensors()
        .forEach(
            (tensor, settled) -> {
              if (!settled.equals(config.tensors().get(tensor))) {
                settledTensors.put(tensor, settled);
              }
            });
    return new Prepared(
        new Workbench(subject.model(), workbench.data(), calibration, workbench.classNames()),
        subject.reference(),
        settledTensors,
        subject.effects());
  }

  /** What of {@code config} a recipe depends on: its steps, the choices for weights, and those for activations where a step reads them. */
  static String key(Model model, QuantConfig config) {
    boolean all = Methods.readActivations(config.recipe());
    Set<String> weights = weights(model);
    Map<String, TensorChoice> tensors = new LinkedHashMap<>();
    config
        .tensors()
        .forEach(
            (tensor, choice) -> {
              if (all || weights.contains(tensor)) {
                tensors.put(tensor, choice);
              }
            });
    return ConfigCodec.canonical(
        new QuantConfig(
            Optional.empty(), Optional.empty(), config.weight(), all ? config.activation() : TensorChoice.FLOAT, config.requantization(),
            tensors, config.recipe()));
  }

  private static Set<String> weights(Model model) {
    return model.layers().stream().map(Layer::weight).flatMap(Optional::stream).collect(Collectors.toSet());
  }
}
