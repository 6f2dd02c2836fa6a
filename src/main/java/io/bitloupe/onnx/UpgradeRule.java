package io.bitloupe.onnx;

import io.bitloupe.model.Node;
import java.util.List;

/** Rewrites one operator from the version before an opset to the version in it. */
@FunctionalInterface
interface UpgradeRule {

  /** Nodes that compute the same outputs as {@code node}. */
  List<Node> apply(Node node, UpgradeContext context);
}
