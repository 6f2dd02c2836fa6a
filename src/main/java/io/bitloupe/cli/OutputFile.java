package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a command writes its result. */
final class OutputFile {

  private OutputFile() {}

  /**
   * Refuses, before long work, what could not be written in the end, and what would destroy an input.
   *
   * @throws InvalidInputException when {@code output} is the model or the data, or cannot be written
   */
  static void check(Path output, Path model, Optional<Path> data) {
    AtomicFile.folderFor(output);
    Stream.concat(Stream.of(model), data.stream())
        .filter(input -> isSame(input, output))
        .findFirst()
        .ifPresent(
            input -> {
              throw new InvalidInputException("%s is read, so the result cannot be written over it.".formatted(input));
            });
  }

  private static boolean isSame(Path input, Path output) {
    try {
      return Files.exists(output) && Files.exists(input) && Files.isSameFile(input, output);
    } catch (IOException unknown) {
      return false;
    }
  }
}
