package io.bitloupe.qdq;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Requantization;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model and a resolved configuration as steps in execution order. The integer plan, the simulated runtime, the exported
 * QDQ file and its verification are all made from this one description, so that they cannot disagree about what is quantized.
 *
 * <p>Every activation has one form: a tensor among {@code activations} exists as codes only, whoever writes it, and an island
 * or a caller that reads it gets the dequantized codes; any other tensor exists in float only.
 *
 * @param model the model
 * @param steps integer steps and float islands in execution order
 * @param activations parameters of every tensor that crosses as codes: written or read by an integer step, or by a product that
 *     is in an island only because of its weights, when the configuration quantizes the tensor all the same
 * @param dynamic tensors among {@code activations} whose scale is computed for each sample at run time
 * @param constants initializers that float islands read, fake-quantized where the configuration says so
 * @param constantCodes those of {@code constants} that are quantized, as codes
 * @param requantization how accumulators become codes
 */
public record LoweredGraph(
    Model model,
    List<Step> steps,
    Map<String, QuantParams> activations,
    Set<String> dynamic,
    Map<String, Tensor> constants,
    Map<String, CodeTensor> constantCodes,
    Requantization requantization) {

  /** Copies the collections. */
  public LoweredGraph {
    steps = List.copyOf(steps);
    activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
    dynamic = Set.copyOf(dynamic);
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    constantCodes = Collections.unmodifiableMap(new LinkedHashMap<>(constantCodes));
  }

  /** A graph whose islands read no quantized constants. */
  public LoweredGraph(
      Model model,
      List<Step> steps,
      Map<String, QuantParams> activations,
      Set<String> dynamic,
      Map<String, Tensor> constants,
      Requantization requantization) {
    this(model, steps, activations, dynamic, constants, Map.of(), requantization);
  }

  /** The integer steps, in order. */
  public List<IntegerStep> integerSteps() {
    return steps.stream().filter(IntegerStep.class::isInstance).map(IntegerStep.class::cast).toList();
  }

  /** The float islands, in order. */
  public List<FloatIsland> islands() {
    return steps.stream().filter(FloatIsland.class::isInstance).map(FloatIsland.class::cast).toList();
  }

  /**
   * Parameters of the activation {@code tensor}.
   *
   * @throws java.util.NoSuchElementException when it exists in float
   */
  public QuantParams params(String tensor) {
    return Optional.ofNullable(activations.get(tensor)).orElseThrow();
  }

  /** Whether {@code tensor} exists as codes. */
  public boolean isCodes(String tensor) {
    return activations.containsKey(tensor);
  }

  /** Share of the model's multiply-accumulates that integer steps do, 0 to 1; 1 for a model without any. */
  public double integerMacShare() {
    Set<String> integer = new HashSet<>();
    integerSteps().forEach(step -> integer.add(step.node().output()));
    long all = model.macs();
    long inIntegers =
        model.layers().stream().filter(layer -> integer.contains(layer.node().output())).mapToLong(Layer::macs).sum();
    return all == 0 ? 1 : (double) inIntegers / all;
  }

  /** Share of the operators that run on codes, fused clamps counted, 0 to 1. */
  public double integerOperatorShare() {
    long integer = integerSteps().stream().mapToLong(step -> 1 + step.fused().size()).sum();
    long inFloat = islands().stream().mapToLong(island -> island.nodes().size()).sum();
    return integer + inFloat == 0 ? 1 : (double) integer / (integer + inFloat);
  }
}
