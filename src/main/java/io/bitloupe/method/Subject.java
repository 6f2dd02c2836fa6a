package io.bitloupe.method;

import io.bitloupe.config.Glob;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a recipe works on: a float model whose function is to be kept, and the model whose weights will be quantized in its
 * place. Both have the same layers. Transforms that keep the function change both alike; those that choose how weights are
 * rounded, or make up for it, change the second alone.
 *
 * @param reference the float model that quantization is measured against
 * @param model the model to quantize
 * @param config what each tensor becomes
 * @param samples calibration samples, where there are any
 * @param outputs moments of layers' outputs before their clamp, by tensor, where BatchNormalization tells them
 * @param effects what was changed so far
 * @param scope names of the layers that a step may change; empty for all
 */
public record Subject(
    Model reference,
    Model model,
    QuantConfig config,
    Optional<Dataset> samples,
    Map<String, ChannelMoments> outputs,
    List<Effect> effects,
    List<Glob> scope) {

  /** Copies the collections. */
  public Subject {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    effects = List.copyOf(effects);
    scope = List.copyOf(scope);
  }

  /** {@code model} before any transform. */
  public static Subject of(Model model, QuantConfig config, Optional<Dataset> samples) {
    return new Subject(model, model, config, samples, BatchNormMoments.of(model), List.of(), List.of());
  }

  /** The layers that own their weights alone, in a layout that the methods know. */
  List<Layer> layers() {
    return model.layers().stream().filter(this::isOwn).filter(this::isWithin).toList();
  }

  /** Whether a step may change {@code layer}. */
  boolean isWithin(Layer layer) {
    return scope.isEmpty() || scope.stream().anyMatch(glob -> glob.matches(layer.name()));
  }

  /** The same subject for a step that may change the layers of {@code names} alone; all when empty. */
  Subject within(List<Glob> names) {
    return new Subject(reference, model, config, samples, outputs, effects, names);
  }

  private boolean isOwn(Layer layer) {
    return WeightLayout.isKnown(layer)
        && model.layers().stream().filter(other -> other.weight().equals(layer.weight())).count() == 1;
  }

  /** The layer of the float model with the weights of {@code layer}: what it reads there has another name where tokens are quantized. */
  Layer exact(Layer layer) {
    return reference.layers().stream().filter(other -> other.weight().equals(layer.weight())).findFirst().orElseThrow();
  }

  /**
   * Refuses a method that changes both models once an earlier step has changed what the second one computes.
   *
   * @throws InvalidInputException with one sentence
   */
  void requireAlike(String method) {
    Rounding.refuseAfterRounding(this, method);
    if (!model.graph().nodes().equals(reference.graph().nodes())) {
      throw new InvalidInputException(
          "The method %s changes the float model, and an earlier step of the recipe quantizes tokens in its graph; put it first."
              .formatted(method));
    }
  }

  /** Whether the weights of {@code layer} were rounded already. */
  boolean isRounded(Layer layer) {
    return !model.weights(layer).equals(reference.weights(layer));
  }

  /** The same subject with other constants in both models. */
  Subject withConstants(Map<String, Tensor> constants) {
    return new Subject(replaced(reference, constants), replaced(model, constants), config, samples, outputs, effects, scope);
  }

  /** The same subject with other constants in the model to quantize, and other choices. */
  Subject withRounded(Map<String, Tensor> constants, Map<String, TensorChoice> choices) {
    return new Subject(reference, replaced(model, constants), config.with(choices), samples, outputs, effects, scope);
  }

  /** The same subject with other nodes in both models; tensors keep their names and shapes, and {@code added} are new. */
  Subject withNodes(List<Node> nodes, List<TensorInfo> added) {
    return new Subject(
        with(reference, reference.graph().with(nodes, reference.graph().initializers()), added),
        with(model, model.graph().with(nodes, model.graph().initializers()), added),
        config,
        samples,
        outputs,
        effects,
        scope);
  }

  /** The same subject with other graphs, of other layers, and other choices. */
  Subject withGraphs(Graph exact, Graph quantized, Map<String, TensorChoice> choices) {
    Model changed = ModelLoader.withGraph(reference, exact);
    return new Subject(
        changed,
        exact.equals(quantized) ? changed : ModelLoader.withGraph(model, quantized),
        config.with(choices),
        samples,
        outputs,
        effects,
        scope);
  }

  /** The same subject with other choices. */
  Subject withChoices(Map<String, TensorChoice> choices) {
    return new Subject(reference, model, config.with(choices), samples, outputs, effects, scope);
  }

  /** The same subject with other moments. */
  Subject withOutputs(Map<String, ChannelMoments> changed) {
    return new Subject(reference, model, config, samples, changed, effects, scope);
  }

  /** The same subject with more effects. */
  Subject plus(List<Effect> more) {
    List<Effect> all = new ArrayList<>(effects);
    all.addAll(more);
    return new Subject(reference, model, config, samples, outputs, all, scope);
  }

  private static Model replaced(Model model, Map<String, Tensor> constants) {
    Map<String, Tensor> changed = new LinkedHashMap<>(model.graph().initializers());
    changed.putAll(constants);
    return with(model, model.graph().with(model.graph().nodes(), changed), List.of());
  }

  private static Model with(Model model, Graph graph, List<TensorInfo> added) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>(model.tensors());
    added.forEach(info -> tensors.put(info.name(), info));
    return new Model(
        model.path(),
        model.sha256(),
        model.original(),
        graph,
        tensors,
        model.layers(),
        model.batchable(),
        model.notes(),
        model.stored(),
        model.storedNotes());
  }
}
