package io.bitloupe.ui.methods;

import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import java.util.List;
import java.util.Optional;

/**
 * A recipe in the table, and what is known of it.
 *
 * @param number tells trials apart
 * @param steps the recipe; empty for the configuration without one
 * @param samples where calibration samples come from without data; empty for the calibration part
 * @param state how far it got
 * @param effects what it changes of each layer
 * @param measured what was measured so far
 * @param problem why it cannot be used; empty text where it can
 */
public record Trial(
    int number,
    List<RecipeStep> steps,
    Optional<DataFree> samples,
    State state,
    List<Effect> effects,
    Optional<Evaluation> measured,
    String problem) {

  /** How far a trial got. */
  public enum State {
    /** Not tried yet. */
    WAITING,
    /** The recipe is being applied or measured. */
    RUNNING,
    /** Measured. */
    MEASURED,
    /** The recipe cannot be used here. */
    REFUSED
  }

  /** Copies the lists. */
  public Trial {
    steps = List.copyOf(steps);
    effects = List.copyOf(effects);
  }

  /** A recipe that was not tried yet. */
  static Trial of(int number, List<RecipeStep> steps, Optional<DataFree> samples) {
    return new Trial(number, steps, samples, State.WAITING, List.of(), Optional.empty(), "");
  }

  /** The same, not tried yet. */
  Trial anew() {
    return of(number, steps, samples);
  }

  /** Whether it is the configuration as it is, which the others are compared with. */
  boolean isPlain() {
    return steps.isEmpty() && samples.isEmpty();
  }

  /** The same in another state. */
  Trial in(State other) {
    return new Trial(number, steps, samples, other, effects, measured, problem);
  }

  /** The same with effects. */
  Trial with(List<Effect> found) {
    return new Trial(number, steps, samples, state, found, measured, problem);
  }

  /** The same with figures. */
  Trial with(Evaluation evaluation) {
    return new Trial(number, steps, samples, state, effects, Optional.of(evaluation), problem);
  }

  /** The same, refused with a sentence. */
  Trial refused(String sentence) {
    return new Trial(number, steps, samples, State.REFUSED, effects, measured, sentence);
  }
}
