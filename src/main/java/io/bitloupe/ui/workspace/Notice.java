package io.bitloupe.ui.workspace;

import java.util.List;
import java.util.Optional;

/**
 * One sentence for the user, with an action where there is one.
 *
 * @param severity whether something failed
 * @param sentence the sentence
 * @param details further sentences, shown on demand
 * @param action what can be done about it
 */
public record Notice(Severity severity, String sentence, List<String> details, Optional<Action> action) {
  /** Whether something failed. */
  public enum Severity {
    /** Something failed. */
    ERROR,
    /** Something is worth knowing until the next work begins. */
    INFORMATION,
    /** Something can be done; it stays until it is done or dismissed. */
    OFFER
  }

  /**
   * A button.
   *
   * @param label what it says
   * @param perform what it does
   */
  public record Action(String label, Runnable perform) {}

  /** Copies the list. */
  public Notice {
    details = List.copyOf(details);
  }

  /** Something failed. */
  public static Notice error(String sentence, Optional<Action> action) {
    return new Notice(Severity.ERROR, sentence, List.of(), action);
  }

  /** Something worth knowing. */
  public static Notice information(String sentence, List<String> details) {
    return new Notice(Severity.INFORMATION, sentence, details, Optional.empty());
  }
}
