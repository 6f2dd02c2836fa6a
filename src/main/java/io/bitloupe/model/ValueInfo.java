package io.bitloupe.model;

import java.util.List;

/**
 * A declared input or output of a graph.
 *
 * @param name tensor name
 * @param type element type
 * @param dimensions declared dimensions, outermost first; empty for a scalar and where their number is not declared
 * @param ranked whether the number of dimensions is declared
 */
public record ValueInfo(String name, DataType type, List<Dimension> dimensions, boolean ranked) {
  /** Copies the list. */
  public ValueInfo {
    dimensions = List.copyOf(dimensions);
  }

  /** With the given dimensions; none of them leaves their number undeclared. */
  public ValueInfo(String name, DataType type, List<Dimension> dimensions) {
    this(name, type, dimensions, !dimensions.isEmpty());
  }
}
