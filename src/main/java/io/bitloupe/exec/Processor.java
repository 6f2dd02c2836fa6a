package io.bitloupe.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this processor does with sums of 8-bit products in ONNX Runtime. */
final class Processor {

  private static final Path FLAGS = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Whether it adds 8-bit products in 32 bits: any but an x86 without VNNI. Where nothing is known, the answer is yes. */
  static boolean addsProductsWithoutSaturation() {
    String architecture = System.getProperty("os.arch", "");
    if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
      return true;
    }
    try {
      List<String> flags = Files.readAllLines(FLAGS).stream().filter(line -> line.startsWith("flags")).limit(1).toList();
      return flags.isEmpty() || flags.getFirst().contains("avx512_vnni") || flags.getFirst().contains("avx_vnni");
    } catch (IOException e) {
      return true;
    }
  }
}
