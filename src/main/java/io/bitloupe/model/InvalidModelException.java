package io.bitloupe.model;

/** A model that cannot be used; the message is one sentence for the user that names the reason. */
public final class InvalidModelException extends InvalidInputException {

  private static final long serialVersionUID = 1L;

  /** With the sentence for the user. */
  public InvalidModelException(String sentence) {
    super(sentence);
  }

  /** With the sentence for the user and the cause for the log. */
  public InvalidModelException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
