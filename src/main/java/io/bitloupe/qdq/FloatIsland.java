package io.bitloupe.qdq;

import io.bitloupe.model.Node;
import java.util.List;

/**
 * A maximal connected stretch of nodes that stay in float. What it reads of quantized tensors is dequantized at its border,
 * what integer steps read of it is quantized there.
 *
 * @param name unique name for people, for instance {@code Softmax}
 * @param nodes the nodes, in topological order
 * @param inputs activations (not constants) that it reads from outside
 * @param outputs tensors that others, or the caller, read
 */
public record FloatIsland(String name, List<Node> nodes, List<String> inputs, List<String> outputs) implements Step {

  /** Copies the lists. */
  public FloatIsland {
    nodes = List.copyOf(nodes);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
