package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Response;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a search found.
 *
 * @param layers names of the layers whose weights were chosen for
 * @param activations activations that were chosen for
 * @param chosen the configuration that keeps the limits best
 * @param front measured configurations that keep ties and all limits but that on bytes, and that no other one beats in size and divergence,
 *     by rising size
 * @param additivity rank correlation of summed losses with measured divergence
 * @param policies configurations that it was taken over
 * @param reference the float model on the tuning samples
 * @param uniform uniform configurations of the widths that were tried, on the tuning samples
 * @param evaluations configurations that were measured in this run
 * @param seconds wall-clock time
 */
public record SearchResult(
    List<String> layers,
    List<String> activations,
    MeasuredPoint chosen,
    List<MeasuredPoint> front,
    double additivity,
    int policies,
    Response reference,
    List<MeasuredPoint> uniform,
    int evaluations,
    double seconds) {
  /** Copies the lists. */
  public SearchResult {
    layers = List.copyOf(layers);
    activations = List.copyOf(activations);
    front = List.copyOf(front);
    uniform = List.copyOf(uniform);
  }

  /** The same with {@code change} applied to every configuration. */
  public SearchResult withConfigs(UnaryOperator<QuantConfig> change) {
    return new SearchResult(
        layers,
        activations,
        chosen.withConfig(change),
        front.stream().map(point -> point.withConfig(change)).toList(),
        additivity,
        policies,
        reference,
        uniform.stream().map(point -> point.withConfig(change)).toList(),
        evaluations,
        seconds);
  }
}
