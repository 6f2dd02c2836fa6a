package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Job;
import java.util.OptionalDouble;

/**
 * Work that the user waits for.
 *
 * @param kind what it is
 * @param name what it is called
 * @param done units done
 * @param total units in all; 0 when unknown
 * @param secondsLeft estimate of the remaining time
 * @param job to cancel it
 */
public record Activity(Kind kind, String name, long done, long total, OptionalDouble secondsLeft, Job job) {
  /** What is being done. */
  public enum Kind {
    OPENING,
    READING,
    CALIBRATING,
    EVALUATING,
    EXPLORING,
    EXPORTING
  }

  /** Share that is done, 0 to 1; -1 when unknown. */
  public double share() {
    return total <= 0 ? -1 : Math.clamp((double) done / total, 0, 1);
  }
}
