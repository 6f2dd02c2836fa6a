package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Deletes what can be deleted; the system clears the rest away some day. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException busy) {
      path.toFile().deleteOnExit();
    }
  }
}
