package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which of some things hang together, directly or through others. */
public final class Components {

  private Components() {}

  /**
   * Parts 0 to {@code count - 1} into sets, each in rising order, by their first members.
   *
   * @param links numbers that belong together
   */
  public static List<List<Integer>> of(int count, Collection<? extends Collection<Integer>> links) {
    int[] first = new int[count];
    Arrays.setAll(first, i -> i);
    for (Collection<Integer> link : links) {
      int[] joined = link.stream().mapToInt(i -> first[i]).toArray();
      int least = Arrays.stream(joined).min().orElse(0);
      for (int i = 0; i < count; i++) {
        int own = first[i];
        if (Arrays.stream(joined).anyMatch(other -> other == own)) {
          first[i] = least;
        }
      }
    }
    Map<Integer, List<Integer>> components = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      components.computeIfAbsent(first[i], _ -> new ArrayList<>()).add(i);
    }
    return List.copyOf(components.values());
  }
}
