package io.bitloupe.search;

import io.bitloupe.engine.Response;
import java.util.List;

/**
 * What a search found.
 *
 * @param layers names of the layers that were chosen for
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
    front = List.copyOf(front);
    uniform = List.copyOf(uniform);
  }
}
