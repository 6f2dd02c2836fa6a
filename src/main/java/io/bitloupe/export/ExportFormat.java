package io.bitloupe.export;

import java.nio.file.Path;
import java.util.List;

/** A form in which a chosen configuration leaves for other tools. */
public interface ExportFormat {

  /** The name on the command line. */
  String id();

  /** What it is, for people, as a title. */
  String title();

  /** Ending of its files, without the dot. */
  String extension();

  /**
   * Writes {@code request} to {@code file}, as a whole or not at all.
   *
   * @return what of the configuration is not in the file
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when the configuration cannot be expressed or the file
   *     cannot be written
   */
  List<Loss> write(ExportRequest request, Path file);

  /** Whether scales of activations go into it; where not, no data is needed. */
  default boolean holdsActivations() {
    return true;
  }
}
