package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Tensor;
import java.util.Optional;

/** Finds the constant that is added to each output channel of a layer: its own bias, or an Add behind a MatMul. */
final class LayerBias {

  private final Graph graph;
  private final GraphIndex index;

  LayerBias(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
  }

  /** Name of the bias of {@code layer}; empty where it has none that is its own. */
  Optional<String> of(Layer layer) {
    Optional<String> name = layer.kind() == LayerKind.MATMUL ? added(layer) : layer.bias();
    return name.filter(bias -> index.consumers(bias).size() == 1)
        .filter(bias -> graph.constant(bias).elements() == layer.outputChannels())
        .filter(bias -> layer.kind() != LayerKind.GEMM || layer.node().floatAttribute("beta", 1) == 1);
  }

  private Optional<String> added(Layer layer) {
    return index
        .onlyConsumer(layer.node().output())
        .filter(node -> node.is("Add"))
        .flatMap(node -> node.inputs().stream().filter(graph::isConstant).findFirst())
        .filter(bias -> lastDimension(graph.constant(bias)) == layer.outputChannels());
  }

  private static int lastDimension(Tensor tensor) {
    return tensor.shape().rank() == 0 ? 1 : tensor.shape().dim(-1);
  }
}
