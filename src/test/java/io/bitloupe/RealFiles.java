package io.bitloupe;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the real models and data, which are not part of the repository. Only tests tagged {@code real} may use them. */
public final class RealFiles {

  private RealFiles() {}

  /** The file {@code name} in {@code ../shared/real}, also seen from a worktree further down; a missing one fails the test. */
  public static Path get(String name) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolveSibling("shared").resolve("real").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new AssertionError("../shared/real/" + name + " is missing");
  }
}
