package io.bitloupe.ui.workspace;

import java.util.List;

/**
 * The layers that every view shows as selected.
 *
 * @param layers indices of layers, ascending
 * @param lead the one that pictures are of; -1 when nothing is selected
 */
public record Selection(List<Integer> layers, int lead) {
  /** Nothing. */
  public static final Selection NONE = new Selection(List.of(), -1);

  /** Copies the list. */
  public Selection {
    layers = layers.stream().sorted().distinct().toList();
  }

  /** One layer. */
  public static Selection of(int layer) {
    return new Selection(List.of(layer), layer);
  }
}
