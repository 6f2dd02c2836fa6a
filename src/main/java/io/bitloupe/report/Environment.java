package io.bitloupe.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What computed the figures of a report.
 *
 * @param version Bitloupe's version
 * @param onnxRuntime ONNX Runtime's version
 * @param java version of the Java virtual machine
 * @param system operating system and processor family
 * @param processor name of the processor, where the system says it
 * @param threads threads that the engine used
 */
public record Environment(
    String version, String onnxRuntime, String java, String system, Optional<String> processor, int threads) {

  private static final Path LINUX_PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String MODEL_NAME = "model name";

  /** This process. */
  public static Environment current(String onnxRuntime, int threads) {
    return new Environment(
        productVersion(),
        onnxRuntime,
        Runtime.version().toString(),
        "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
        processorName(),
        threads);
  }

  /** Bitloupe's version; {@code development} outside of a package. */
  public static String productVersion() {
    return Optional.ofNullable(Environment.class.getPackage().getImplementationVersion()).orElse("development");
  }

  private static Optional<String> processorName() {
    if (!Files.isReadable(LINUX_PROCESSORS)) {
      return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"));
    }
    try (Stream<String> lines = Files.lines(LINUX_PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith(MODEL_NAME))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
