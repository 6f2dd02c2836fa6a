package io.bitloupe.lint;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.List;
import java.util.Optional;

/** A graph with QuantizeLinear (Q) and DequantizeLinear (DQ), seen as ONNX Runtime's patterns see it. */
final class QdqView {

  private static final String QUANTIZE = "QuantizeLinear";
  private static final String DEQUANTIZE = "DequantizeLinear";

  private final Graph graph;
  private final GraphIndex index;

  /**
   * A Q or DQ.
   *
   * @param node the node
   * @param type type of the codes
   * @param constant whether the codes are an initializer
   * @param scale the scale, where it is constant
   * @param zeroPoint the zero-point, where it is constant; a missing one is 0
   * @param axis channel axis
   * @param blockSize elements that share a scale along the axis; 0 without blocks
   */
  record Step(Node node, DataType type, boolean constant, Optional<Tensor> scale, Optional<Tensor> zeroPoint, int axis, int blockSize) {

    boolean isWide() {
      return type == DataType.INT16 || type == DataType.UINT16;
    }

    boolean isNarrow() {
      return type == DataType.INT4 || type == DataType.UINT4;
    }

    boolean isSigned() {
      return type == DataType.INT8 || type == DataType.INT16 || type == DataType.INT4;
    }

    boolean perTensor() {
      return scale.filter(value -> value.elements() == 1).isPresent();
    }

    /** The code of 0; 0 when there is none. */
    long zero() {
      return zeroPoint.map(value -> value.integers()[0]).orElse(0L);
    }

    boolean equalZeroPoints() {
      if (zeroPoint.isEmpty()) {
        return true;
      }
      long[] values = zeroPoint.get().integers();
      for (long value : values) {
        if (value != values[0]) {
          return false;
        }
      }
      return true;
    }

    boolean sameParameters(Step other) {
      return type == other.type
          && zero() == other.zero()
          && scale.isPresent()
          && other.scale.isPresent()
          && scale.get().buffer().equals(other.scale.get().buffer());
    }

    float least() {
      return scaled(isSigned() ? -(1L << (type.bits() - 1)) : 0);
    }

    float greatest() {
      return scaled(isSigned() ? (1L << (type.bits() - 1)) - 1 : (1L << type.bits()) - 1);
    }

    private float scaled(long code) {
      return scale.map(value -> value.floats()[0]).orElse(1f) * (code - zero());
    }
  }

  QdqView(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
  }

  Graph graph() {
    return graph;
  }

  GraphIndex index() {
    return index;
  }

  static boolean isBorder(Node node) {
    return node.is(QUANTIZE) || node.is(DEQUANTIZE);
  }

  /** The DQ that writes {@code tensor}. */
  Optional<Step> dequantized(String tensor) {
    return index.producer(tensor).filter(node -> node.is(DEQUANTIZE)).map(node -> step(node, node.inputs().getFirst()));
  }

  /** The one Q that alone reads {@code tensor}. */
  Optional<Step> quantized(String tensor) {
    return index.onlyConsumer(tensor).filter(node -> node.is(QUANTIZE)).map(node -> step(node, node.output()));
  }

  /** The Q that writes codes which {@code step}, a DQ, reads, also through a Clip on codes. */
  Optional<Node> writer(Step step) {
    return index.producer(step.node().inputs().getFirst());
  }

  private Step step(Node node, String codes) {
    Optional<Tensor> scale = graph.findConstant(node.inputs().get(1));
    Optional<Tensor> zeroPoint = node.input(2).flatMap(graph::findConstant);
    Optional<Tensor> constant = graph.findConstant(codes);
    DataType type = zeroPoint.or(() -> constant).map(Tensor::type).orElseGet(() -> computedType(node));
    int axis = Math.toIntExact(node.intAttribute("axis", 1));
    return new Step(node, type, constant.isPresent(), scale, zeroPoint, axis, Math.toIntExact(node.intAttribute("block_size", 0)));
  }

  /** The type of codes whose zero-point is computed: what the node that casts it says; uint8 where nothing does. */
  private DataType computedType(Node node) {
    return node.input(2)
        .flatMap(index::producer)
        .filter(writer -> writer.is("Cast"))
        .map(cast -> cast.attributes().get("to"))
        .map(
            to ->
                to instanceof Attribute.IntValue(long value) && value != 2
                    ? value == 3 ? DataType.INT8 : DataType.UINT16
                    : DataType.UINT8)
        .orElse(DataType.UINT8);
  }

  /** Activations among the inputs: everything that is no constant and no DQ of one. */
  List<String> activations(Node node) {
    return node.inputs().stream()
        .filter(input -> !input.isEmpty() && !graph.isConstant(input))
        .filter(input -> dequantized(input).filter(Step::constant).isEmpty())
        .toList();
  }
}
