package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads text files that somebody else wrote. */
public final class TextFiles {

  private static final long LARGEST_FILE = 256L << 20;
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private TextFiles() {}

  /**
   * The text of {@code file}, without a byte order mark.
   *
   * @param kind what the file should be, for messages: {@code configuration}
   * @throws InvalidInputException with one sentence, when it cannot be read or is no text
   */
  public static String read(Path file, String kind) {
    try {
      if (Files.isDirectory(file)) {
        throw new InvalidInputException("%s is a folder, not a %s file.".formatted(file, kind));
      }
      if (Files.size(file) > LARGEST_FILE) {
        throw new InvalidInputException("%s is larger than any %s (%d bytes).".formatted(file, kind, Files.size(file)));
      }
      String text = Files.readString(file);
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException notText) {
      throw new InvalidInputException("%s is no %s: it is not text in UTF-8.".formatted(file, kind), notText);
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, AtomicFile.reason(failure)), failure);
    }
  }
}
