package io.bitloupe.exec.integer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which values share memory.
 *
 * @param buffers for each value, its buffer
 * @param elements for each buffer, the codes of one sample
 * @param wide for each buffer, whether codes have 16 bits
 */
record BufferAssignment(int[] buffers, int[] elements, boolean[] wide) {

  /**
   * Assigns buffers to values in the order in which they are first written: the smallest free one that is large enough, else
   * the largest free one, which grows.
   *
   * @param firstUse for each value, when it is first written
   * @param lastUse for each value, when it is last read
   * @param sharedWith values that are another value under another layout
   */
  static BufferAssignment of(List<ValueSpec> values, int[] firstUse, int[] lastUse, Map<Integer, Integer> sharedWith) {
    int[] buffers = new int[values.size()];
    List<Integer> elements = new ArrayList<>();
    List<Boolean> wide = new ArrayList<>();
    List<Integer> busyUntil = new ArrayList<>();
    List<Integer> order =
        IntStream.range(0, values.size())
            .filter(value -> !sharedWith.containsKey(value))
            .boxed()
            .sorted(Comparator.comparingInt(value -> firstUse[value]))
            .toList();
    for (int value : order) {
      ValueSpec spec = values.get(value);
      int best = -1;
      for (int buffer = 0; buffer < elements.size(); buffer++) {
        if (wide.get(buffer) == spec.wide()
            && busyUntil.get(buffer) < firstUse[value]
            && (best < 0 || better(elements.get(buffer), elements.get(best), spec.elements()))) {
          best = buffer;
        }
      }
      if (best < 0) {
        best = elements.size();
        elements.add(0);
        wide.add(spec.wide());
        busyUntil.add(-1);
      }
      elements.set(best, Math.max(elements.get(best), spec.elements()));
      busyUntil.set(best, lastUse[value]);
      buffers[value] = best;
    }
    sharedWith.forEach((value, owner) -> buffers[value] = buffers[owner]);
    boolean[] wideBuffers = new boolean[wide.size()];
    for (int buffer = 0; buffer < wideBuffers.length; buffer++) {
      wideBuffers[buffer] = wide.get(buffer);
    }
    return new BufferAssignment(buffers, elements.stream().mapToInt(Integer::intValue).toArray(), wideBuffers);
  }

  private static boolean better(int candidate, int best, int needed) {
    if (candidate >= needed && best >= needed) {
      return candidate < best;
    }
    return candidate > best;
  }

  @Override
  public String toString() {
    return Arrays.toString(elements);
  }
}
