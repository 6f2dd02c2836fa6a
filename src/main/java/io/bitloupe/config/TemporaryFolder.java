package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that is gone, with all that is in it, when this is closed.
 *
 * @param path the folder
 */
public record TemporaryFolder(Path path) implements AutoCloseable {

  /**
   * Makes one.
   *
   * @throws InvalidInputException when there is no place for it; one sentence
   */
  public static TemporaryFolder create() {
    try {
      return new TemporaryFolder(Files.createTempDirectory("bitloupe"));
    } catch (IOException failure) {
      throw new InvalidInputException(
          "No folder can be made where temporary files go: %s.".formatted(AtomicFile.reason(failure)), failure);
    }
  }

  /** Deletes what can be deleted; the rest, which something still holds open, when the program ends. */
  @Override
  public void close() {
    List<File> held = new ArrayList<>();
    for (Path file : deepestFirst()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException busy) {
        held.add(file.toFile());
      }
    }
    // What is registered last is deleted first.
    held.reversed().forEach(File::deleteOnExit);
  }

  private List<Path> deepestFirst() {
    try (Stream<Path> files = Files.walk(path)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException unreadable) {
      return List.of(path);
    }
  }
}
