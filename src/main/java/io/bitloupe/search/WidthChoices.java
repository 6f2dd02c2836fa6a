package io.bitloupe.search;

import java.util.List;

/**
 * What a search chooses among.
 *
 * @param widths widths of weights to choose from, the widest first
 * @param activationWidths widths to choose from for the activations that layers read, the widest first; empty where they keep theirs
 * @param pinned layers that keep what the base configuration gives them, as patterns of names with {@code *} and {@code ?}
 * @param tied patterns of names; the layers that match one of them take the same widths
 */
public record WidthChoices(List<Integer> widths, List<Integer> activationWidths, List<String> pinned, List<String> tied) {

  /** Copies the lists. */
  public WidthChoices {
    widths = List.copyOf(widths);
    activationWidths = List.copyOf(activationWidths);
    pinned = List.copyOf(pinned);
    tied = List.copyOf(tied);
  }

  /** For weights only. */
  public WidthChoices(List<Integer> widths, List<String> pinned, List<String> tied) {
    this(widths, List.of(), pinned, tied);
  }

  /** Any of {@code widths} for the weights of every layer. */
  public static WidthChoices of(List<Integer> widths) {
    return new WidthChoices(widths, List.of(), List.of());
  }
}
