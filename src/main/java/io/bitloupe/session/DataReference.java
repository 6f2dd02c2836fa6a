package io.bitloupe.session;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Data that a session was measured on, by where it lies and what tells whether it is still the same.
 *
 * @param path file or folder, absolute
 * @param bytes size of the file; what the system says of a folder
 * @param modified when it was last changed
 */
public record DataReference(Path path, long bytes, Instant modified) {

  /**
   * What {@code path} is now.
   *
   * @throws InvalidInputException when it cannot be looked at
   */
  public static DataReference of(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return new DataReference(absolute, Files.size(absolute), Files.getLastModifiedTime(absolute).toInstant());
    } catch (IOException unreadable) {
      throw new InvalidInputException("%s cannot be read: it does not exist or access is denied.".formatted(path), unreadable);
    }
  }
}
