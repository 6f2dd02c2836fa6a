package io.bitloupe.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the names that a person may have meant. */
public final class Names {

  private static final int SUGGESTIONS = 3;
  private static final int LONGEST = 200;

  private Names() {}

  private record Candidate(String name, int distance) {}

  /** At most three of {@code known} that are close to {@code wrong}, the closest first. */
  public static List<String> closest(String wrong, Collection<String> known) {
    String wanted = letters(wrong);
    int limit = Math.max(2, wanted.length() / 3);
    return known.stream()
        .distinct()
        .filter(name -> name.length() <= LONGEST)
        .map(name -> new Candidate(name, distance(wanted, letters(name))))
        .filter(candidate -> candidate.distance() <= limit)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(SUGGESTIONS)
        .map(Candidate::name)
        .toList();
  }

  /** {@code " (did you mean 'a' or 'b'?)"} for the names close to {@code wrong}; empty when there are none. */
  public static String suggestion(String wrong, Collection<String> known) {
    List<String> close = closest(wrong, known);
    return close.isEmpty()
        ? ""
        : close.stream().map(name -> "'" + name + "'").collect(Collectors.joining(" or ", " (did you mean ", "?)"));
  }

  /** Case and the characters of a pattern do not count. */
  private static String letters(String name) {
    String text = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    return text.replaceAll("[*?]", "").toLowerCase(Locale.ROOT);
  }

  /** Levenshtein distance; a name that holds the other one counts as half as far. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    int edits = previous[b.length()];
    boolean within = !a.isEmpty() && !b.isEmpty() && (a.contains(b) || b.contains(a));
    return within ? Math.min(edits / 2, Math.max(1, a.length() / 4)) : edits;
  }
}
