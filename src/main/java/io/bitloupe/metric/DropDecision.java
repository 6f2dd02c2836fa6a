package io.bitloupe.metric;

/**
 * Decides whether a run loses more than a given share of right answers to the float model, from as few samples as say so with an
 * anytime-valid 95 % interval. Without labels, every disagreement with the float model is a loss. What comes after the decision
 * is not looked at. Not thread-safe.
 */
public final class DropDecision {

  /** What is certain. */
  public enum Verdict {
    /** The drop is less than the given one. */
    WITHIN,
    /** The drop is more than the given one. */
    BEYOND,
    /** Neither is certain. */
    OPEN
  }

  private final double drop;
  private final ConfidenceSequence difference = new ConfidenceSequence();
  private Verdict verdict = Verdict.OPEN;

  /**
   * A decision.
   *
   * @param drop share of all samples, 0 to 1
   */
  public DropDecision(double drop) {
    this.drop = drop;
  }

  /** Adds samples in their order; the verdict is looked for after the last of them. */
  public void add(Outcomes outcomes) {
    if (verdict != Verdict.OPEN) {
      return;
    }
    for (int sample = 0; sample < outcomes.samples(); sample++) {
      difference.add(difference(outcomes, sample));
    }
    Interval interval = difference.interval();
    verdict = interval.low() > -drop ? Verdict.WITHIN : interval.high() < -drop ? Verdict.BEYOND : Verdict.OPEN;
  }

  private static int difference(Outcomes outcomes, int sample) {
    if (!outcomes.hasLabels()) {
      return outcomes.predicted(sample) == outcomes.floatPredicted(sample) ? 0 : -1;
    }
    return (outcomes.isRight(sample) ? 1 : 0) - (outcomes.isFloatRight(sample) ? 1 : 0);
  }

  /** What is certain so far. */
  public Verdict verdict() {
    return verdict;
  }

  /** Samples that were looked at. */
  public int samples() {
    return difference.samples();
  }

  /** The anytime-valid interval of the difference to float, run less float. */
  public Interval interval() {
    return difference.interval();
  }
}
