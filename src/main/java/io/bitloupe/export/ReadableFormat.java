package io.bitloupe.export;

import io.bitloupe.model.Model;
import java.nio.file.Path;

/** A format that holds enough of a configuration to be read back. */
public interface ReadableFormat extends ExportFormat {

  /**
   * Reads {@code file} for {@code model}.
   *
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when the file is not of this format
   */
  Imported read(Path file, Model model);
}
