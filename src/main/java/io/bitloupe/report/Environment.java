package io.bitloupe.report;

import java.util.Optional;

/**
 * What computed the figures of a report.
 *
 * @param version Bitloupe's version
 * @param onnxRuntime ONNX Runtime's version
 * @param java version of the Java virtual machine
 * @param system operating system and processor family
 * @param processor name of the processor
 * @param threads threads that the engine used
 */
public record Environment(
    String version, String onnxRuntime, String java, String system, String processor, int threads) {

  /** This process. */
  public static Environment current(String onnxRuntime, String processor, int threads) {
    return new Environment(
        productVersion(),
        onnxRuntime,
        Runtime.version().toString(),
        "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch")),
        processor,
        threads);
  }

  /** Bitloupe's version; {@code development} outside of a package. */
  public static String productVersion() {
    return Optional.ofNullable(Environment.class.getPackage().getImplementationVersion()).orElse("development");
  }
}
