package io.bitloupe.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What this processor does with sums of 8-bit products in ONNX Runtime. */
public final class Processor {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** What its maker calls it, where the system says so; otherwise its architecture. */
  public static String name() {
    Optional<String> name = line("model name").map(line -> line.substring(line.indexOf(':') + 1).strip());
    return name.or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))).orElse(System.getProperty("os.arch", ""));
  }

  /** Whether it adds 8-bit products in 32 bits: any but an x86 without VNNI. Where nothing is known, the answer is yes. */
  public static boolean addsProductsWithoutSaturation() {
    if (!isX86()) {
      return true;
    }
    return line("flags").map(flags -> flags.contains("avx512_vnni") || flags.contains("avx_vnni")).orElse(true);
  }

  /** Whether it is a 64-bit x86. */
  public static boolean isX86() {
    String architecture = System.getProperty("os.arch", "");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** The first line that starts with a word. */
  private static Optional<String> line(String start) {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines.filter(line -> line.startsWith(start)).findFirst();
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }
}
