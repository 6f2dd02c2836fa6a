package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path folder;

  @Test
  void followsLinks() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    AtomicFile.writeText(link, "new");
    assertThat(link).isSymbolicLink();
    assertThat(target).hasContent("new");
  }

  @Test
  void leavesTheOldFileWhereTheContentFails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    unfinished -> {
                      Files.writeString(unfinished, "half");
                      throw new IOException("no space left");
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no space left");
    assertThat(file).hasContent("old");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void respectsWriteProtection() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assertThatThrownBy(() -> AtomicFile.writeText(file, "new"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("write-protected");
    assertThat(file).hasContent("old");
  }

  /** Devices and pipes are written to; a regular file must not take their place. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void writesToDevices() {
    Path device = Path.of("/dev/full");
    assertThatThrownBy(() -> AtomicFile.writeText(device, "text")).isInstanceOf(InvalidInputException.class);
    assertThat(Files.isRegularFile(device)).isFalse();
    AtomicFile.writeText(Path.of("/dev/null"), "text");
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }
}
