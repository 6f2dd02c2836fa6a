package io.bitloupe.session;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Saved work. Model and data are references; what was measured of each step is in the history.
 *
 * @param model the model's file, absolute
 * @param modelSha256 its digest when it was opened, hexadecimal
 * @param data the data; empty while none is open
 * @param history the steps and their figures
 * @param saved when it was saved
 * @param ending whether the work was still going on
 */
public record Session(
    Path model, String modelSha256, Optional<DataReference> data, History history, Instant saved, Ending ending) {

  /** How the window that saved a session went away. */
  public enum Ending {
    /** It had not been closed when the session was saved: if it is gone, it crashed or was killed. */
    OPEN,
    /** It was closed. */
    CLOSED
  }

  /** This session as the window that is closed leaves it. */
  public Session closed() {
    return new Session(model, modelSha256, data, history, saved, Ending.CLOSED);
  }
}
