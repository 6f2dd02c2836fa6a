package io.bitloupe.search;

import java.util.List;

/**
 * What a search chooses among.
 *
 * @param widths widths to choose from, the widest first
 * @param pinned layers that keep what the base configuration gives them, as patterns of names with {@code *} and {@code ?}
 * @param tied patterns of names; the layers that match one of them take the same width
 */
public record WidthChoices(List<Integer> widths, List<String> pinned, List<String> tied) {

  /** Copies the lists. */
  public WidthChoices {
    widths = List.copyOf(widths);
    pinned = List.copyOf(pinned);
    tied = List.copyOf(tied);
  }

  /** Any of {@code widths} for every layer. */
  public static WidthChoices of(List<Integer> widths) {
    return new WidthChoices(widths, List.of(), List.of());
  }
}
