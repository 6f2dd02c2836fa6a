package io.bitloupe.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** How long this process has been running. */
final class ProcessAge {
  private static final Path STATISTICS = Path.of("/proc/self/stat");
  private static final Path UPTIME = Path.of("/proc/uptime");
  /** Of the fields after the program's name, the one that says when the process began. */
  private static final int BEGAN = 19;
  private static final double TICKS_PER_SECOND = 100;

  private ProcessAge() {}

  /**
   * Time since the process began. On Linux from what the kernel counts since it was booted, to 10 ms: the instant that
   * {@link ProcessHandle} gives there is made from the boot's wall-clock time, which is known to the second only.
   */
  static Duration now() {
    try {
      String statistics = Files.readString(STATISTICS);
      String[] fields = statistics.substring(statistics.lastIndexOf(')') + 2).split(" ");
      double began = Long.parseLong(fields[BEGAN]) / TICKS_PER_SECOND;
      double uptime = Double.parseDouble(Files.readString(UPTIME).split(" ")[0]);
      return Duration.ofMillis(Math.round(1000 * (uptime - began)));
    } catch (IOException | RuntimeException otherSystem) {
      return ProcessHandle.current().info().startInstant().map(began -> Duration.between(began, Instant.now())).orElse(Duration.ZERO);
    }
  }
}
