package io.bitloupe.search;

import io.bitloupe.engine.sensitivity.Cell;
import java.util.List;

/**
 * Tensors that take one width: a single one, or tied ones.
 *
 * @param target what kind of tensors they are
 * @param tensors weights by initializer name, or activations
 * @param widths widths to choose from, the widest first
 */
record Dial(Cell.Target target, List<String> tensors, List<Integer> widths) {
  /** Copies the lists. */
  Dial {
    tensors = List.copyOf(tensors);
    widths = List.copyOf(widths);
  }
}
