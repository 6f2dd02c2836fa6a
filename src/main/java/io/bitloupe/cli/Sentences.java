package io.bitloupe.cli;

import java.util.Objects;

/** Sentences for the user. */
final class Sentences {

  private Sentences() {}

  /** {@code sentence} without its full stop, to go on with. */
  static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  /** What {@code failure} says, on one line. */
  static String oneLine(Throwable failure) {
    Throwable telling = failure instanceof ExceptionInInitializerError && failure.getCause() != null ? failure.getCause() : failure;
    String message = Objects.requireNonNullElse(telling.getMessage(), telling.getClass().getSimpleName());
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
