package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {

  @Test
  void everythingInItIsGone() throws IOException {
    Path path;
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      path = folder.path();
      Path deep = Files.createDirectories(path.resolve("a/b"));
      Files.writeString(deep.resolve("c"), "text");
    }
    assertThat(path).doesNotExist();
  }

  /** It may be gone already, or never have been one: closing it is no failure of the work that it was for. */
  @Test
  void nothingToDeleteIsNoFailure() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create();
    Files.delete(folder.path());
    folder.close();
    assertThat(folder.path()).doesNotExist();
  }
}
