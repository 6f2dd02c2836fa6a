package io.bitloupe.engine;

import io.bitloupe.metric.Outcomes;
import io.bitloupe.metric.Quality;
import io.bitloupe.metric.QualityAccumulator;
import java.util.Optional;

/** What single batches contributed, merged in the order of the batches whatever order they came in. One thread. */
final class PartialSums {

  /** What a unit of work contributes. */
  sealed interface Part {}

  /** How well one batch was answered. */
  record BatchQuality(QualityAccumulator quality) implements Part {}

  /** The noise of the layers on one batch. */
  record BatchNoise(LayerNoise noise) implements Part {}

  private final BatchQuality[] batches;
  private final QualityAccumulator leading = new QualityAccumulator();
  private final LayerNoise noise = new LayerNoise();
  private int merged;

  PartialSums(int batches) {
    this.batches = new BatchQuality[batches];
  }

  void put(int index, BatchQuality quality) {
    batches[index] = quality;
    while (merged < batches.length && batches[merged] != null) {
      leading.merge(batches[merged].quality());
      merged++;
    }
  }

  /** Sums are exact, so the order of the batches does not matter. */
  void add(BatchNoise batch) {
    noise.merge(batch.noise());
  }

  /** Over the leading batches without a gap: a plain prefix of the samples, as the intervals assume. */
  Quality quality() {
    return leading.snapshot();
  }

  /** Samples of {@link #quality()}. */
  int samples() {
    return leading.samples();
  }

  /** The leading samples one by one, in their order. */
  Optional<Outcomes> outcomes() {
    return leading.outcomes();
  }

  LayerNoise noise() {
    return noise;
  }
}
