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
    String message = Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
