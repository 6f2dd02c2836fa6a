package io.bitloupe.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory outside the heap that starts at a cache line, which arrays do not. It is freed once nobody can reach it. */
public final class AlignedMemory {

  private static final long LINE = 64;

  private AlignedMemory() {}

  /** Zeroed memory of at least {@code bytes} bytes, in whole cache lines. */
  public static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate((bytes + LINE - 1) / LINE * LINE, LINE);
  }

  /** A copy of bytes. */
  public static MemorySegment copyOf(byte[] bytes) {
    return allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  /** A copy of ints. */
  public static MemorySegment copyOf(int[] ints) {
    return allocate((long) ints.length * Integer.BYTES).copyFrom(MemorySegment.ofArray(ints));
  }
}
