package io.bitloupe.data;

/** How much of a file may be taken into memory, so that a false claim in a header cannot exhaust it. */
final class MemoryLimit {

  /** The most that DEFLATE expands a byte to (RFC 1951: 258 bytes for two bits). */
  private static final long DEFLATE_RATIO = 1032;

  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 64L;

  private MemoryLimit() {}

  /** Why {@code claimed} bytes cannot be taken into memory; empty when they can. */
  static String problem(long claimed) {
    long limit = Math.min(LARGEST_ARRAY, Runtime.getRuntime().maxMemory() / 2);
    return claimed < 0 || claimed > limit
        ? "it claims %s, and at most %s fit in memory".formatted(megabytes(claimed), megabytes(limit))
        : "";
  }

  /** Whether {@code compressed} bytes can hold {@code claimed} bytes at all. */
  static boolean plausible(long claimed, long compressed) {
    return claimed / DEFLATE_RATIO <= compressed;
  }

  private static String megabytes(long bytes) {
    return bytes < 0 ? "more than can be counted" : Math.ceilDiv(bytes, 1_000_000L) + " MB";
  }
}
