package io.bitloupe.engine;

import io.bitloupe.metric.DropDecision;
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
  private final int noiseBatches;
  private final Optional<DropDecision> decision;
  private int merged;
  private int noises;
  private volatile boolean decided;
  private volatile boolean enough;

  /**
   * Sums of nothing yet.
   *
   * @param noiseBatches batches whose noise will be added whatever is decided
   * @param decision what may end the sums early
   */
  PartialSums(int batches, int noiseBatches, Optional<DropDecision> decision) {
    this.batches = new BatchQuality[batches];
    this.noiseBatches = noiseBatches;
    this.decision = decision;
  }

  void put(int index, BatchQuality quality) {
    batches[index] = quality;
    while (merged < batches.length && batches[merged] != null && !decided) {
      QualityAccumulator next = batches[merged].quality();
      leading.merge(next);
      merged++;
      decision.ifPresent(open -> next.outcomes().ifPresent(open::add));
      decided = decision.isPresent() && decision.get().verdict() != DropDecision.Verdict.OPEN;
    }
    enough = decided && noises == noiseBatches;
  }

  /** Whether no more samples are added, because those that are there decide. */
  boolean isDecided() {
    return decided;
  }

  /** Whether nothing more is needed; may be asked by any thread. */
  boolean isEnough() {
    return enough;
  }

  /** Sums are exact, so the order of the batches does not matter. */
  void add(BatchNoise batch) {
    noise.merge(batch.noise());
    noises++;
    enough = decided && noises == noiseBatches;
  }

  /** Over the leading batches without a gap: a plain prefix of the samples, as the intervals assume. */
  Quality quality() {
    return leading.snapshot();
  }

  /** The leading samples one by one, in their order. */
  Optional<Outcomes> outcomes() {
    return leading.outcomes();
  }

  /** Samples of {@link #quality()}. */
  int samples() {
    return leading.samples();
  }

  LayerNoise noise() {
    return noise;
  }
}
