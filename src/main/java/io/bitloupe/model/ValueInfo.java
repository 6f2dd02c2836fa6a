package io.bitloupe.model;

import java.util.List;

/**
 * A declared input or output of a graph.
 *
 * @param name tensor name
 * @param type element type
 * @param dimensions declared dimensions, outermost first
 */
public record ValueInfo(String name, DataType type, List<Dimension> dimensions) {
  /** Copies the list. */
  public ValueInfo {
    dimensions = List.copyOf(dimensions);
  }
}
