package io.bitloupe.ui.graph;

import java.util.List;

/**
 * Where everything of a drawing lies.
 *
 * @param boxes one for each vertex
 * @param routes one for each edge
 * @param width of the drawing
 * @param height of the drawing
 */
public record Placement(List<Box> boxes, List<Route> routes, double width, double height) {
  /** Copies the lists. */
  public Placement {
    boxes = List.copyOf(boxes);
    routes = List.copyOf(routes);
  }
}
