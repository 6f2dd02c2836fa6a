package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.DeadCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A graph with QuantizeLinear (Q) and DequantizeLinear (DQ) in the operator-oriented form: QLinearConv, QLinearMatMul and ONNX
 * Runtime's own integer operators instead of a float operator between DQ and Q. What has no such operator stays between DQ and Q.
 */
public final class QOperatorGraph {

  private static final String MICROSOFT = "com.microsoft";
  private static final Set<String> POOLS = Set.of("AveragePool", "GlobalAveragePool");

  private final Graph graph;
  private final GraphIndex index;
  private final Map<String, Node> replaced = new HashMap<>();

  /** Codes with scale and zero-point, by name. */
  private record Quantized(String codes, String scale, String zeroPoint) {
    List<String> all() {
      return List.of(codes, scale, zeroPoint);
    }
  }

  private QOperatorGraph(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
  }

  /** {@code graph} with integer operators; the same results, computed by the same kernels. */
  public static Graph of(Graph graph) {
    return new QOperatorGraph(graph).rewrite();
  }

  private Graph rewrite() {
    for (Node node : graph.nodes()) {
      rewritten(node).ifPresent(integer -> replaced.put(integer.output(), integer));
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Node integer = node.is("QuantizeLinear") ? replaced.get(node.output()) : null;
      nodes.add(integer == null ? node : integer);
    }
    Map<String, Integer> opsets = new LinkedHashMap<>(graph.opsets());
    opsets.put(MICROSOFT, 1);
    return DeadCode.remove(graph.with(nodes, graph.initializers()).withOpsets(opsets));
  }

  /** The integer operator that does what {@code node} and the Q behind it do, where there is one. */
  private Optional<Node> rewritten(Node node) {
    Optional<Node> quantize =
        node.outputs().size() == 1
            ? index.onlyConsumer(node.output()).filter(next -> next.is("QuantizeLinear"))
            : Optional.empty();
    if (quantize.isEmpty() || !isNarrow(quantize.get())) {
      return Optional.empty();
    }
    Quantized output = new Quantized(quantize.get().output(), quantize.get().inputs().get(1), quantize.get().inputs().get(2));
    if (Moves.OPERATORS.contains(node.opType())) {
      return move(node, output);
    }
    return switch (node.opType()) {
      case "Conv" -> product(node, "QLinearConv", "", output);
      case "MatMul" -> product(node, "QLinearMatMul", "", output);
      case "Gemm" -> product(node, "QGemm", MICROSOFT, output);
      case "Add", "Mul" -> elementwise(node, output);
      case "Concat" -> concat(node, output);
      default -> POOLS.contains(node.opType()) ? pool(node, output) : Optional.empty();
    };
  }

  private boolean isNarrow(Node border) {
    return border
        .input(2)
        .flatMap(graph::findConstant)
        .map(Tensor::type)
        .filter(type -> type == DataType.UINT8 || type == DataType.INT8)
        .isPresent();
  }

  private Optional<Quantized> operand(String tensor) {
    return index
        .producer(tensor)
        .filter(node -> node.is("DequantizeLinear") && isNarrow(node) && node.intAttribute("block_size", 0) == 0)
        .map(node -> new Quantized(node.inputs().get(0), node.inputs().get(1), node.inputs().get(2)));
  }

  private Optional<Node> product(Node node, String opType, String domain, Quantized output) {
    Optional<Quantized> left = operand(node.inputs().get(0));
    Optional<Quantized> right = operand(node.inputs().get(1));
    Optional<String> bias = node.input(2);
    Optional<String> codes = bias.flatMap(index::producer).filter(dq -> dq.is("DequantizeLinear")).map(dq -> dq.inputs().getFirst());
    if (left.isEmpty() || right.isEmpty() || bias.isPresent() != codes.isPresent()) {
      return Optional.empty();
    }
    List<String> inputs = new ArrayList<>(left.get().all());
    inputs.addAll(right.get().all());
    boolean biasBeforeOutput = opType.equals("QGemm");
    if (biasBeforeOutput) {
      inputs.add(codes.orElse(""));
    }
    inputs.add(output.scale());
    inputs.add(output.zeroPoint());
    if (!biasBeforeOutput) {
      codes.ifPresent(inputs::add);
    }
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.remove("beta");
    return Optional.of(new Node(node.name(), opType, domain, inputs, List.of(output.codes()), attributes));
  }

  private Optional<Node> elementwise(Node node, Quantized output) {
    Optional<Quantized> left = operand(node.inputs().get(0));
    Optional<Quantized> right = operand(node.inputs().get(1));
    if (left.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    List<String> inputs = new ArrayList<>(left.get().all());
    inputs.addAll(right.get().all());
    inputs.add(output.scale());
    inputs.add(output.zeroPoint());
    return Optional.of(new Node(node.name(), "QLinear" + node.opType(), MICROSOFT, inputs, List.of(output.codes()), Map.of()));
  }

  private Optional<Node> concat(Node node, Quantized output) {
    List<String> inputs = new ArrayList<>(List.of(output.scale(), output.zeroPoint()));
    for (String input : node.inputs()) {
      Optional<Quantized> operand = operand(input);
      if (operand.isEmpty()) {
        return Optional.empty();
      }
      inputs.addAll(operand.get().all());
    }
    return Optional.of(new Node(node.name(), "QLinearConcat", MICROSOFT, inputs, List.of(output.codes()), node.attributes()));
  }

  private Optional<Node> pool(Node node, Quantized output) {
    return operand(node.inputs().getFirst())
        .map(
            input -> {
              List<String> inputs = new ArrayList<>(input.all());
              inputs.add(output.scale());
              inputs.add(output.zeroPoint());
              Map<String, Attribute> attributes = new HashMap<>(node.attributes());
              attributes.remove("dilations");
              return new Node(node.name(), "QLinear" + node.opType(), MICROSOFT, inputs, List.of(output.codes()), attributes);
            });
  }

  /** The same operator on codes. Pad and GlobalMaxPool stay: ONNX Runtime has the one for codes with another padding, not the other. */
  private Optional<Node> move(Node node, Quantized output) {
    if (node.is("Pad") || node.is("GlobalMaxPool")) {
      return Optional.empty();
    }
    return operand(node.inputs().getFirst())
        .filter(input -> input.scale().equals(output.scale()) && input.zeroPoint().equals(output.zeroPoint()))
        .map(
            input -> {
              List<String> inputs = new ArrayList<>(node.inputs());
              inputs.set(0, input.codes());
              return node.withInputs(inputs).withOutputs(List.of(output.codes()));
            });
  }
}
