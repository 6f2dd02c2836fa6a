package io.bitloupe.ui.samples;

import io.bitloupe.metric.Outcomes;
import java.util.Optional;

/** How the answer to a sample differs from the float model's. */
public enum Flip {
  /** Right in float, wrong here. */
  TO_WRONG,
  /** Wrong in float, right here. */
  TO_RIGHT,
  /** Another class, and neither is right, or nobody knows. */
  CHANGED;

  /** The flip of a sample; empty where both answer the same. */
  static Optional<Flip> of(Outcomes outcomes, int sample) {
    if (outcomes.predicted(sample) == outcomes.floatPredicted(sample)) {
      return Optional.empty();
    }
    return Optional.of(outcomes.isFloatRight(sample) ? TO_WRONG : outcomes.isRight(sample) ? TO_RIGHT : CHANGED);
  }
}
