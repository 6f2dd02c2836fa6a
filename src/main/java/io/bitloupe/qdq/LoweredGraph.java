package io.bitloupe.qdq;

import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Requantization;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model and a resolved configuration as steps in execution order. The integer plan, the simulated runtime, the exported
 * QDQ file and its verification are all made from this one description, so that they cannot disagree about what is quantized.
 *
 * @param model the model
 * @param steps integer steps and float islands in execution order
 * @param activations parameters of every tensor that crosses as codes: written or read by an integer step
 * @param dynamic tensors among {@code activations} whose scale is computed for each sample at run time
 * @param constants initializers that float islands read, fake-quantized where the configuration says so
 * @param requantization how accumulators become codes
 */
public record LoweredGraph(
    Model model,
    List<Step> steps,
    Map<String, QuantParams> activations,
    Set<String> dynamic,
    Map<String, Tensor> constants,
    Requantization requantization) {

  /** Copies the collections. */
  public LoweredGraph {
    steps = List.copyOf(steps);
    activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
    dynamic = Set.copyOf(dynamic);
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
  }
}
