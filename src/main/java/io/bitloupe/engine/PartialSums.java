package io.bitloupe.engine;

import io.bitloupe.metric.Outcomes;
import io.bitloupe.metric.Quality;
import io.bitloupe.metric.QualityAccumulator;
import java.util.Map;
import java.util.Optional;

/** What single batches contributed, merged in the order of the batches whatever order they came in. One thread. */
final class PartialSums {

  /** The contribution of one batch. */
  record Partial(QualityAccumulator quality, LayerNoise noise) {}

  private final Partial[] partials;
  private final QualityAccumulator leading = new QualityAccumulator();
  private final LayerNoise leadingNoise = new LayerNoise(Map.of());
  private int merged;

  PartialSums(int batches) {
    partials = new Partial[batches];
  }

  void put(int index, Partial partial) {
    partials[index] = partial;
    while (merged < partials.length && partials[merged] != null) {
      leading.merge(partials[merged].quality());
      leadingNoise.merge(partials[merged].noise());
      merged++;
    }
  }

  /** Over the leading batches without a gap: a plain prefix of the samples, as the intervals assume. */
  Quality quality() {
    return leading.snapshot();
  }

  /** The leading samples one by one, in their order. */
  Optional<Outcomes> outcomes() {
    return leading.outcomes();
  }

  LayerNoise noise() {
    return leadingNoise;
  }

  boolean isEmpty() {
    return merged == 0;
  }
}
