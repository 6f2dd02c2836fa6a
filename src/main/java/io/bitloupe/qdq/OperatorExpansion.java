package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites integer operators as float operators between DequantizeLinear (DQ) and QuantizeLinear (Q): QLinearConv, QLinearMatMul,
 * ONNX Runtime's QGemm, QLinearAdd and their like, operators that move codes, MatMulInteger and ConvInteger behind
 * DynamicQuantizeLinear, and Gather of codes. What it does not know stays as it is.
 */
final class OperatorExpansion {

  /** Input of Pad that holds the value. */
  private static final int PAD_VALUE = 2;

  private final Graph graph;
  private final GraphIndex index;
  private final GraphParts parts;
  private final Map<String, Border> known = new HashMap<>();
  private final Map<List<String>, String> views = new HashMap<>();
  private final Map<String, DynamicProduct> products = new HashMap<>();
  private final Set<String> skipped = new HashSet<>();

  /** Names of scale and zero-point of a tensor of codes; the zero-point empty where it is 0. */
  private record Border(String scale, String zeroPoint) {}

  private OperatorExpansion(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.parts = new GraphParts(graph);
  }

  /** {@code graph} with Q and DQ as its only quantized operators, as far as they are known. */
  static Graph expand(Graph graph) {
    return new OperatorExpansion(graph).run();
  }

  private Graph run() {
    graph.initializers().forEach(parts::original);
    for (Node node : graph.nodes()) {
      dynamicProduct(node);
    }
    for (Node node : graph.nodes()) {
      if (!skipped.contains(node.output())) {
        expand(node);
      }
    }
    return graph.with(parts.nodes(), parts.initializers());
  }

  private void expand(Node node) {
    if (node.is("QuantizeLinear") || node.is("DynamicQuantizeLinear")) {
      remember(node);
      parts.node(node);
    } else if (node.is("Clip") && known.containsKey(node.inputs().getFirst())) {
      known.put(node.output(), border(node.inputs().getFirst()));
      parts.node(node);
    } else if (movesCodes(node)) {
      move(node);
    } else if (products.containsKey(node.output())) {
      product(node, Optional.ofNullable(products.get(node.output())).orElseThrow());
    } else if (isGatherOfCodes(node)) {
      gather(node);
    } else if (!isConstantBorder(node)) {
      parts.node(node);
    } else {
      quantizedOperator(node);
    }
  }

  /** Whether {@code node} passes codes with a known border on, and nothing reads what it writes beside them. */
  private boolean movesCodes(Node node) {
    if (!Moves.OPERATORS.contains(node.opType()) || !node.domain().isEmpty() || !known.containsKey(node.inputs().getFirst())) {
      return false;
    }
    boolean oneResult = node.outputs().stream().skip(1).allMatch(other -> index.consumers(other).isEmpty() && !index.isOutput(other));
    return oneResult && (!node.is("Pad") || padding(node).isPresent());
  }

  private void move(Node node) {
    Border border = border(node.inputs().getFirst());
    List<String> operands = new ArrayList<>(node.inputs());
    operands.set(0, view(operands.getFirst(), border, 0));
    if (node.is("Pad")) {
      while (operands.size() <= PAD_VALUE) {
        operands.add("");
      }
      float value = padding(node).orElseThrow();
      operands.set(PAD_VALUE, parts.constant(node.output() + "_padding", Tensor.ofFloats(Shape.scalar(), value)));
    }
    between(node, node.opType(), operands, border);
  }

  /** The number that a Pad of codes puts around them, its code being 0 if not said; empty where it is not constant. */
  private Optional<Float> padding(Node pad) {
    Border border = border(pad.inputs().getFirst());
    Optional<Tensor> scale = graph.findConstant(border.scale());
    Optional<Long> zeroPoint = border.zeroPoint().isEmpty() ? Optional.of(0L) : integer(border.zeroPoint());
    Optional<Long> code = pad.input(PAD_VALUE).isEmpty() ? Optional.of(0L) : integer(pad.inputs().get(PAD_VALUE));
    return scale.isPresent() && zeroPoint.isPresent() && code.isPresent()
        ? Optional.of(scale.get().floats()[0] * (code.get() - zeroPoint.get()))
        : Optional.empty();
  }

  private Optional<Long> integer(String constant) {
    return graph.findConstant(constant).map(value -> value.integers()[0]);
  }

  private Border border(String codes) {
    return Optional.ofNullable(known.get(codes)).orElseThrow();
  }

  private void remember(Node node) {
    if (node.is("DynamicQuantizeLinear")) {
      known.put(node.output(), new Border(node.outputs().get(1), node.outputs().get(2)));
    } else {
      known.put(node.output(), new Border(node.inputs().get(1), node.input(2).orElse("")));
    }
  }

  // Operators with constant scales.

  private boolean isConstantBorder(Node node) {
    return switch (node.opType()) {
      case "QLinearConv", "QLinearMatMul" -> areConstant(node, 1, 2, 4, 5, 6, 7) && node.domain().isEmpty();
      case "QGemm" -> areConstant(node, 1, 2, 4, 5, 6, 7, 8) && node.input(7).isPresent() && node.input(8).isPresent();
      case "QLinearAdd", "QLinearMul" -> areConstant(node, 1, 2, 4, 5, 6, 7);
      case "QLinearConcat" -> node.inputs().size() % 3 == 2 && areConstant(node, 0, 1) && areConcatBorders(node);
      case "QLinearAveragePool", "QLinearGlobalAveragePool", "QLinearSigmoid", "QLinearLeakyRelu", "QLinearSoftmax" ->
          areConstant(node, 1, 2, 3, 4) && node.intAttribute("channels_last", 0) == 0;
      default -> false;
    };
  }

  private boolean areConcatBorders(Node node) {
    for (int i = 2; i < node.inputs().size(); i += 3) {
      if (!areConstant(node, i + 1, i + 2)) {
        return false;
      }
    }
    return true;
  }

  private boolean areConstant(Node node, int... inputs) {
    return Arrays.stream(inputs).allMatch(input -> node.input(input).map(graph::isConstant).orElse(true));
  }

  private void quantizedOperator(Node node) {
    switch (node.opType()) {
      case "QLinearConv" -> {
        List<String> operands = new ArrayList<>(List.of(view(node, 0, 0), view(node, 3, 0)));
        node.input(8).ifPresent(bias -> operands.add(bias(bias, node.inputs().get(1), node.inputs().get(4), 1)));
        between(node, "Conv", operands, border(node, 6));
      }
      case "QLinearMatMul" -> {
        int axis = graph.findConstant(node.inputs().get(3)).map(value -> value.shape().rank() - 1).orElse(0);
        between(node, "MatMul", List.of(view(node, 0, 0), view(node, 3, axis)), border(node, 6));
      }
      case "QGemm" -> {
        int axis = node.intAttribute("transB", 0) == 0 ? 1 : 0;
        List<String> operands = new ArrayList<>(List.of(view(node, 0, 0), view(node, 3, axis)));
        float alpha = node.floatAttribute("alpha", 1);
        node.input(6).ifPresent(bias -> operands.add(bias(bias, node.inputs().get(1), node.inputs().get(4), alpha)));
        between(node, "Gemm", operands, border(node, 7));
      }
      case "QLinearAdd", "QLinearMul" -> between(node, inFloat(node), List.of(view(node, 0, 0), view(node, 3, 0)), border(node, 6));
      case "QLinearConcat" -> {
        List<String> operands = new ArrayList<>();
        for (int i = 2; i < node.inputs().size(); i += 3) {
          operands.add(view(node, i, 0));
        }
        between(node, "Concat", operands, border(node, 0));
      }
      default -> between(node, inFloat(node), List.of(view(node, 0, 0)), border(node, 3));
    }
  }

  private static String inFloat(Node node) {
    return node.opType().substring("QLinear".length());
  }

  private static Border border(Node node, int scale) {
    return new Border(node.inputs().get(scale), node.input(scale + 1).orElse(""));
  }

  private String view(Node node, int codes, int axis) {
    return view(node.inputs().get(codes), border(node, codes + 1), axis);
  }

  /** The DQ of {@code codes}. */
  private String view(String codes, Border border, int axis) {
    return views.computeIfAbsent(
        List.of(codes, border.scale(), border.zeroPoint(), String.valueOf(axis)),
        _ -> {
          String view = parts.freshTensor(codes + "_DequantizeLinear_Output");
          List<String> inputs = new ArrayList<>(List.of(codes, border.scale()));
          if (!border.zeroPoint().isEmpty()) {
            inputs.add(border.zeroPoint());
          }
          parts.node(codes + "_DequantizeLinear", "DequantizeLinear", inputs, List.of(view), Map.of("axis", GraphParts.integer(axis)));
          return view;
        });
  }

  /** A bias of 32-bit codes, in units of the product of both scales. */
  private String bias(String codes, String inputScale, String weightScale, float factor) {
    float input = graph.constant(inputScale).floats()[0];
    float[] scales = graph.constant(weightScale).floats();
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= input * factor;
    }
    Shape shape = scales.length == 1 ? Shape.scalar() : Shape.of(scales.length);
    return view(codes, new Border(parts.constant(codes + "_scale", Tensor.ofFloats(shape, scales)), ""), 0);
  }

  /** Writes the float operator {@code opType} and a Q that writes what {@code node} wrote. */
  private void between(Node node, String opType, List<String> inputs, Border output) {
    String raw = parts.freshTensor(node.output() + "_QuantizeLinear_Input");
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.remove("channels_last");
    attributes.remove("opset");
    parts.node(node.name(), opType, inputs, List.of(raw), attributes);
    List<String> quantize = new ArrayList<>(List.of(raw, output.scale()));
    if (!output.zeroPoint().isEmpty()) {
      quantize.add(output.zeroPoint());
    }
    parts.node(node.output() + "_QuantizeLinear", "QuantizeLinear", quantize, List.of(node.output()), Map.of());
    known.put(node.output(), output);
  }

  // Products of codes with a range that is computed at run time.

  /** A MatMulInteger or ConvInteger, its Cast and its Mul as one: by the Mul's output. */
  private record DynamicProduct(Node integer, Node quantizer, String weightScale) {}

  private void dynamicProduct(Node node) {
    boolean integer = node.is("MatMulInteger") || node.is("ConvInteger");
    Optional<Node> quantizer = index.producer(node.inputs().isEmpty() ? "" : node.inputs().getFirst());
    if (!integer || quantizer.filter(it -> it.is("DynamicQuantizeLinear")).isEmpty()) {
      return;
    }
    if ( !graph.isConstant(node.inputs().get(1)) || !areConstant(node, 3)) {
      return;
    }
    boolean sameZeroPoint = node.input(2).filter(quantizer.get().outputs().get(2)::equals).isPresent();
    Optional<Node> cast = index.onlyConsumer(node.output()).filter(next -> next.is("Cast"));
    Optional<Node> scaled = cast.flatMap(next -> index.onlyConsumer(next.output())).filter(next -> next.is("Mul"));
    if (!sameZeroPoint || scaled.isEmpty()) {
      return;
    }
    String factor = other(scaled.get(), cast.get().output());
    Optional<String> weightScale =
        index
            .producer(factor)
            .filter(mul -> mul.is("Mul") && mul.inputs().contains(quantizer.get().outputs().get(1)))
            .map(mul -> other(mul, quantizer.get().outputs().get(1)))
            .filter(graph::isConstant);
    if (weightScale.isPresent()) {
      products.put(scaled.get().output(), new DynamicProduct(node, quantizer.get(), weightScale.get()));
      skipped.add(node.output());
      skipped.add(cast.get().output());
    }
  }

  private static String other(Node node, String operand) {
    return node.inputs().getFirst().equals(operand) ? node.inputs().get(1) : node.inputs().getFirst();
  }

  private void product(Node scaled, DynamicProduct product) {
    Node integer = product.integer();
    boolean matMul = integer.is("MatMulInteger");
    String weight = integer.inputs().get(1);
    int axis = matMul ? graph.constant(weight).shape().rank() - 1 : 0;
    Tensor scale = graph.constant(product.weightScale());
    String scales = parts.constant(weight + "_scales", scale.reshaped(Shape.of(scale.elements())));
    List<String> operands =
        List.of(
            view(integer.inputs().getFirst(), border(product.quantizer().output()), 0),
            view(weight, new Border(scales, integer.input(3).orElse("")), axis));
    String name = integer.name().replaceFirst("_quant$", "");
    parts.node(name, matMul ? "MatMul" : "Conv", operands, List.of(scaled.output()), integer.attributes());
  }

  // A table of codes, of which rows are dequantized.

  private boolean isGatherOfCodes(Node node) {
    return node.is("DequantizeLinear")
        && areConstant(node, 1, 2)
        && graph.constant(node.inputs().get(1)).elements() == 1
        && index.producer(node.inputs().getFirst()).filter(this::readsConstantCodes).isPresent();
  }

  private boolean readsConstantCodes(Node gather) {
    return gather.is("Gather")
        && graph.findConstant(gather.inputs().getFirst()).filter(table -> table.type().bits() <= Byte.SIZE).isPresent()
        && graph.constant(gather.inputs().getFirst()).type() != DataType.BOOL;
  }

  private void gather(Node node) {
    Node gather = index.producer(node.inputs().getFirst()).orElseThrow();
    String table = view(gather.inputs().getFirst(), border(node, 1), 0);
    parts.node(gather.name(), "Gather", List.of(table, gather.inputs().get(1)), List.of(node.output()), gather.attributes());
  }
}
