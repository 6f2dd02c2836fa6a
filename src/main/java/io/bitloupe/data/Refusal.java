package io.bitloupe.data;

import io.bitloupe.model.InvalidInputException;
import java.nio.file.Path;

/** The one sentence that the user reads when data cannot be used. */
final class Refusal {

  private Refusal() {}

  /** Of {@code path}, because of {@code reason}, which goes on from a colon and has no full stop. */
  static InvalidInputException of(Path path, String reason) {
    return new InvalidInputException(sentence(path, reason));
  }

  /** The same with a cause for the log. */
  static InvalidInputException of(Path path, String reason, Throwable cause) {
    return new InvalidInputException(sentence(path, reason), cause);
  }

  /** The sentence itself. */
  static String sentence(Path path, String reason) {
    return "%s cannot be used: %s.".formatted(fileName(path), reason);
  }

  /** File name without its folder. */
  static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /** What went wrong when {@code path} was read, in few words. */
  static String reason(Exception failure) {
    if (failure instanceof java.nio.file.NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof java.nio.file.AccessDeniedException) {
      return "it may not be read";
    }
    return failure instanceof java.io.EOFException ? "it ends early" : "it cannot be read";
  }
}
