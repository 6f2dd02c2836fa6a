package io.bitloupe.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the names of classes: a text file in UTF-8 with one name a line, in the order of the model's outputs. */
public final class ClassNames {

  private static final long LARGEST_FILE = 16 << 20;

  private ClassNames() {}

  /**
   * The names in the file beside {@code model} that is named like it, with {@code .labels.txt} for {@code .onnx}.
   *
   * @return empty when there is no such file
   * @throws io.bitloupe.model.InvalidInputException when it cannot be read; one sentence
   */
  public static List<String> beside(Path model) {
    Path file = Beside.file(model, ".labels.txt");
    return Files.isRegularFile(file) ? read(file) : List.of();
  }

  /**
   * The names in {@code file}; empty lines at the end do not count.
   *
   * @throws io.bitloupe.model.InvalidInputException when it cannot be read; one sentence
   */
  public static List<String> read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw Refusal.of(file, "it is too large for a list of class names");
      }
      return Files.readString(file, StandardCharsets.UTF_8).stripTrailing().lines().map(String::strip).toList();
    } catch (IOException e) {
      throw Refusal.of(file, Refusal.reason(e), e);
    }
  }
}
