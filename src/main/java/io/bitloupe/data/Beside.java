package io.bitloupe.data;

import java.nio.file.Path;

/** Names of the files that accompany a model. */
final class Beside {

  private static final String MODEL = ".onnx";

  private Beside() {}

  /** The file named like {@code model} with {@code suffix} for {@code .onnx}. */
  static Path file(Path model, String suffix) {
    String name = Refusal.fileName(model);
    String stem = name.endsWith(MODEL) ? name.substring(0, name.length() - MODEL.length()) : name;
    return model.resolveSibling(stem + suffix);
  }
}
