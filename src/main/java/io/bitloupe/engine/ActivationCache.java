package io.bitloupe.engine;

import io.bitloupe.exec.StepStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Codes at the boundaries of steps, off the heap, under a byte budget. What was not used for longest gives way; what a run holds
 * does not. Memory is taken from the system in chunks when it is first needed and reused page by page, so that a long sweep
 * does not grow. Thread-safe.
 */
final class ActivationCache implements AutoCloseable {

  private static final int PAGE = 1 << 14;
  private static final int CHUNK = 1 << 24;

  private record Key(int part, int batch, int samples, String provenance) {}

  private static final class Entry {
    private final MemorySegment[] pages;
    private final int length;
    private int pins;

    Entry(MemorySegment[] pages, int length) {
      this.pages = pages;
      this.length = length;
    }
  }

  private final long budget;
  private final Arena arena = Arena.ofShared();
  private final Deque<MemorySegment> free = new ArrayDeque<>();
  private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long reserved;
  private int parts;

  /** A cache of at most {@code budget} bytes. */
  ActivationCache(long budget) {
    this.budget = budget;
  }

  /** The smaller of a quarter of the machine's memory and 4 GiB. */
  static long defaultBudget() {
    long memory =
        java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Runtime.getRuntime().maxMemory();
    return Math.min(memory / 4, 4L << 30);
  }

  /** What one model on one data keeps; all parts share the budget. */
  final class Part {
    private final int number;

    private Part(int number) {
      this.number = number;
    }

    /** What is kept for the first {@code samples} samples of batch {@code index}. */
    StepStore batch(int index, int samples) {
      return new StepStore() {
        @Override
        public Optional<Pin> pin(String key) {
          return ActivationCache.this.pin(new Key(number, index, samples, key));
        }

        @Override
        public void save(String key, byte[] codes, int length) {
          ActivationCache.this.save(new Key(number, index, samples, key), codes, length);
        }
      };
    }
  }

  /** A new part, of which nothing is kept yet. */
  synchronized Part part() {
    return new Part(parts++);
  }

  /** Bytes in use. */
  synchronized long usedBytes() {
    return reserved - (long) free.size() * PAGE;
  }

  private synchronized Optional<StepStore.Pin> pin(Key key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    entry.pins++;
    return Optional.of(
        new StepStore.Pin() {
          @Override
          public void copyTo(byte[] codes) {
            int from = 0;
            for (MemorySegment page : entry.pages) {
              int bytes = Math.min(PAGE, entry.length - from);
              MemorySegment.copy(page, ValueLayout.JAVA_BYTE, 0, codes, from, bytes);
              from += bytes;
            }
          }

          @Override
          public void close() {
            release(entry);
          }
        });
  }

  private synchronized void release(Entry entry) {
    entry.pins--;
  }

  private void save(Key key, byte[] codes, int length) {
    Optional<MemorySegment[]> pages = reserve(key, Math.ceilDiv(length, PAGE));
    if (pages.isEmpty()) {
      return;
    }
    int from = 0;
    for (MemorySegment page : pages.get()) {
      int bytes = Math.min(PAGE, length - from);
      MemorySegment.copy(codes, from, page, ValueLayout.JAVA_BYTE, 0, bytes);
      from += bytes;
    }
    publish(key, new Entry(pages.get(), length));
  }

  private synchronized void publish(Key key, Entry entry) {
    if (entries.containsKey(key)) {
      free.addAll(List.of(entry.pages));
    } else {
      entries.put(key, entry);
    }
  }

  /** Pages for a new entry; none when it is there already or when what is held leaves no room. */
  private synchronized Optional<MemorySegment[]> reserve(Key key, int count) {
    if (entries.containsKey(key) || (long) count * PAGE > budget) {
      return Optional.empty();
    }
    while (free.size() < count && reserved + CHUNK <= budget) {
      MemorySegment chunk = arena.allocate(CHUNK);
      for (int offset = 0; offset < CHUNK; offset += PAGE) {
        free.add(chunk.asSlice(offset, PAGE));
      }
      reserved += CHUNK;
    }
    for (Iterator<Map.Entry<Key, Entry>> oldest = entries.entrySet().iterator(); free.size() < count && oldest.hasNext(); ) {
      Entry entry = oldest.next().getValue();
      if (entry.pins == 0) {
        free.addAll(List.of(entry.pages));
        oldest.remove();
      }
    }
    if (free.size() < count) {
      return Optional.empty();
    }
    List<MemorySegment> pages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pages.add(free.remove());
    }
    return Optional.of(pages.toArray(MemorySegment[]::new));
  }

  /** Gives all memory back; nothing may be running. */
  @Override
  public void close() {
    arena.close();
  }
}
