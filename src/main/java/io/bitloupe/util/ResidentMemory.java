package io.bitloupe.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of this process, heap and all else together, on systems that tell (Linux); empty elsewhere. */
public final class ResidentMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int KIBIBYTE = 1024;

  private ResidentMemory() {}

  /** Bytes that are in memory now. */
  public static OptionalLong now() {
    return bytes("VmRSS:");
  }

  /** The most bytes that ever were in memory. */
  public static OptionalLong peak() {
    return bytes("VmHWM:");
  }

  private static OptionalLong bytes(String field) {
    if (!Files.exists(STATUS)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.substring(field.length(), line.length() - "kB".length()).strip()) * KIBIBYTE)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
