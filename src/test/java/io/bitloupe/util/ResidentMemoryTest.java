package io.bitloupe.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {

  @Test
  void tellsWhatTheSystemTells() {
    boolean known = Files.exists(Path.of("/proc/self/status"));
    assertThat(ResidentMemory.now().isPresent()).isEqualTo(known);
    assertThat(ResidentMemory.peak().isPresent()).isEqualTo(known);
    if (known) {
      assertThat(ResidentMemory.now().getAsLong()).isGreaterThan(Runtime.getRuntime().totalMemory() / 100);
      assertThat(ResidentMemory.peak().getAsLong()).isGreaterThanOrEqualTo(ResidentMemory.now().getAsLong() / 2);
    }
  }
}
