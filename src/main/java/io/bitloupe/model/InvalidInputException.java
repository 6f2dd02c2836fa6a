package io.bitloupe.model;

/** Something that the user gave cannot be used; the message is one sentence that names it and the reason. */
public class InvalidInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the sentence for the user. */
  public InvalidInputException(String sentence) {
    super(sentence);
  }

  /** With the sentence for the user and the cause for the log. */
  public InvalidInputException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
