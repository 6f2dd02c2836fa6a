package io.bitloupe.session;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import java.time.Instant;
import java.util.Optional;

/**
 * One step of the user's work.
 *
 * @param number from 1, never reused within a history
 * @param parent number of the step that it was made from; 0 for the first
 * @param description what changed, for people
 * @param time when it was made
 * @param config the configuration after it
 * @param measured what was measured of it, the latest estimate while the engine works; empty before that
 */
public record HistoryStep(
    int number, int parent, String description, Instant time, QuantConfig config, Optional<Evaluation> measured) {

  /** This step with what was measured. */
  public HistoryStep withMeasured(Evaluation evaluation) {
    return new HistoryStep(number, parent, description, time, config, Optional.of(evaluation));
  }
}
