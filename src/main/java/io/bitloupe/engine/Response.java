package io.bitloupe.engine;

import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Intervals;
import java.util.BitSet;
import java.util.Optional;

/**
 * How a configuration answered some samples, sample by sample, so that two configurations can be compared in pairs.
 *
 * @param samples number of samples
 * @param right samples whose first class is right; empty without labels
 * @param agreeing number of samples whose first class is the float model's
 * @param divergence mean Kullback-Leibler divergence of the classes' probabilities from the float model's, in nats; without
 *     labels the noise of the first output as a share of its signal
 * @param outputSqnrDb signal-to-noise ratio of the first output; positive infinity without noise
 */
public record Response(int samples, Optional<BitSet> right, int agreeing, double divergence, double outputSqnrDb) {

  /** Copies the set. */
  public Response {
    right = right.map(set -> (BitSet) set.clone());
  }

  /** Share of samples whose first class is right, or agreement with the float model where there are no labels. */
  public double headline() {
    return right.map(set -> (double) set.cardinality() / samples).orElse(agreementFloat());
  }

  /** The 95 % interval of {@link #headline()}. */
  public Interval headlineInterval() {
    return Intervals.wilson(right.map(BitSet::cardinality).orElse(agreeing), samples);
  }

  /** Share of samples whose first class is the float model's. */
  public double agreementFloat() {
    return samples == 0 ? 1 : (double) agreeing / samples;
  }

  /** Samples that are right here and wrong in {@code other}; 0 without labels. */
  public int gainedOver(Response other) {
    if (right.isEmpty() || other.right.isEmpty()) {
      return 0;
    }
    BitSet gained = (BitSet) right.get().clone();
    gained.andNot(other.right.get());
    return gained.cardinality();
  }

  /** The paired 95 % interval of the difference in top-1 to {@code other} on the same samples. */
  public Interval differenceTo(Response other) {
    return Intervals.pairedDifference(gainedOver(other), other.gainedOver(this), samples);
  }
}
