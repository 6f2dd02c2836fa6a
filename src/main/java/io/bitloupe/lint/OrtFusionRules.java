package io.bitloupe.lint;

import io.bitloupe.lint.NodeVerdict.Outcome;
import io.bitloupe.lint.QdqView.Step;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes of a file with QuantizeLinear (Q) and DequantizeLinear (DQ) ONNX Runtime 1.29 runs on integers on x86-64 and ARM, with
 * all optimizations on. Every rule is confirmed by a test that runs the pattern and looks at the optimized graph.
 */
public final class OrtFusionRules {

  private static final Set<String> PRODUCTS = Set.of("Conv", "Gemm", "MatMul");
  private static final Set<String> ELEMENTWISE =
      Set.of("Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool", "Sigmoid", "Softmax", "LeakyRelu");
  private static final Set<String> MOVES = Set.of("MaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Resize");
  private static final Set<String> LAYOUT = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice");
  private static final int SMALLEST_BLOCK = 16;

  private final QdqView view;

  private OrtFusionRules(Graph graph) {
    this.view = new QdqView(graph);
  }

  /** A verdict on every node of {@code graph} but Q and DQ, in order. Clips on codes are among them and run on integers. */
  public static List<NodeVerdict> judge(Graph graph) {
    OrtFusionRules rules = new OrtFusionRules(graph);
    List<NodeVerdict> verdicts = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!QdqView.isBorder(node)) {
        verdicts.add(rules.judge(node));
      }
    }
    return verdicts;
  }

  private NodeVerdict judge(Node node) {
    if (node.is("Clip") && view.index().producer(node.inputs().getFirst()).filter(writer -> writer.is("QuantizeLinear")).isPresent()) {
      return NodeVerdict.integer(node.name(), node.opType());
    }
    if (isIntegerOperator(node)) {
      return NodeVerdict.integer(node.name(), node.opType());
    }
    if (PRODUCTS.contains(node.opType())) {
      return product(node);
    }
    if (ELEMENTWISE.contains(node.opType())) {
      return general(node).orElseGet(() -> NodeVerdict.integer(node.name(), node.opType()));
    }
    if (MOVES.contains(node.opType())) {
      return move(node);
    }
    return stays(node, "ONNX Runtime has no integer form of %s.".formatted(node.opType()), "");
  }

  /** Operators that are integer ones in the file already. */
  private static boolean isIntegerOperator(Node node) {
    return node.opType().startsWith("QLinear")
        || node.opType().startsWith("MatMulInteger")
        || node.opType().equals("ConvInteger")
        || node.opType().equals("QGemm")
        || node.opType().equals("MatMulNBits")
        || node.opType().equals("DynamicQuantizeMatMul");
  }

  private NodeVerdict product(Node node) {
    Optional<Step> weights = view.dequantized(node.inputs().get(1));
    Optional<Step> input = view.dequantized(node.inputs().get(0));
    if (weights.isEmpty()) {
      boolean constant = view.graph().isConstant(node.inputs().get(1));
      return stays(
          node,
          constant ? "Its weights are in float." : "Its operand '%s' is in float.".formatted(node.inputs().get(1)),
          constant ? "Quantize its weights." : "Quantize '%s'.".formatted(node.inputs().get(1)));
    }
    Step w = weights.get();
    if (input.isEmpty()) {
      return weightOnly(node, w);
    }
    if (w.isNarrow()) {
      return stays(node, "Its weights are 4-bit integers, which only weight-only products take.", "Store them as codes in 8-bit integers.");
    }
    if (w.blockSize() > 0) {
      return stays(
          node, "Its weights have several scales in one sum, which no integer kernel takes.", "Give each output channel one scale.");
    }
    if (node.is("MatMul") && !w.constant() && view.dequantized(node.inputs().get(1)).isPresent()) {
      return general(node).orElseGet(() -> NodeVerdict.integer(node.name(), node.opType()));
    }
    Optional<NodeVerdict> problem = inputProblem(node, node.inputs().getFirst());
    if (problem.isPresent()) {
      return problem.get();
    }
    if (node.is("MatMul") && !w.perTensor() && w.axis() == 0) {
      return new NodeVerdict(
          node.name(),
          node.opType(),
          Outcome.FAILS,
          "Its scales run along axis 0, which fuses and then fails at run time.",
          "Use axis 1, the output channels.");
    }
    if (node.is("MatMul") && view.quantized(node.output()).isEmpty()) {
      return NodeVerdict.integer(node.name(), node.opType());
    }
    if (node.is("Conv") && !w.equalZeroPoints()) {
      return new NodeVerdict(
          node.name(),
          node.opType(),
          Outcome.FAILS,
          "Its weights have a zero-point for each channel, and QLinearConv takes one for all.",
          "Use symmetric weights, or asymmetric ones of at most 7 bits.");
    }
    return biasProblem(node, input.get(), w).or(() -> outputProblem(node)).orElseGet(() -> NodeVerdict.integer(node.name(), node.opType()));
  }

  private NodeVerdict weightOnly(Node node, Step w) {
    if (!node.is("MatMul") || !w.constant()) {
      return stays(
          node, "Its input '%s' is in float.".formatted(node.inputs().getFirst()), "Quantize '%s'.".formatted(node.inputs().getFirst()));
    }
    boolean powerOfTwo = Integer.bitCount(w.blockSize()) == 1 && w.blockSize() >= SMALLEST_BLOCK;
    boolean blocks = w.blockSize() > 0 && w.axis() == 0 && powerOfTwo;
    boolean channels = w.blockSize() == 0 && (w.perTensor() || w.axis() == 1);
    if ((blocks || channels) && view.quantized(node.output()).isEmpty() && (w.isNarrow() || w.type().bits() == Byte.SIZE)) {
      return NodeVerdict.integer(node.name(), node.opType());
    }
    return stays(
        node,
        "Its input is in float, and its weights are not in the form of MatMulNBits.",
        "Use blocks along the input channels of a power of two and at least %d, and leave its output in float.".formatted(SMALLEST_BLOCK));
  }

  /** The rules that every operator between DQ and Q shares. */
  private Optional<NodeVerdict> general(Node node) {
    for (String input : node.inputs()) {
      boolean data = !input.isEmpty() && !isParameter(node, input);
      if (data && view.dequantized(input).isEmpty()) {
        return Optional.of(stays(node, "Its operand '%s' is in float.".formatted(input), "Quantize '%s'.".formatted(input)));
      }
      Optional<NodeVerdict> problem = data ? inputProblem(node, input) : Optional.empty();
      if (problem.isPresent()) {
        return problem;
      }
    }
    return outputProblem(node);
  }

  /** Axes and shapes are parameters, not operands. */
  private boolean isParameter(Node node, String input) {
    return view.graph().findConstant(input).filter(value -> !value.type().isFloatingPoint()).isPresent()
        || node.inputs().indexOf(input) > 0 && MOVES.contains(node.opType());
  }

  private Optional<NodeVerdict> inputProblem(Node node, String input) {
    Step step = view.dequantized(input).orElseThrow();
    if (step.isWide()) {
      return Optional.of(
          stays(
              node,
              "Its input '%s' has 16-bit codes, for which there are no integer kernels.".formatted(input),
              "Give '%s' 8 bits or fewer.".formatted(input)));
    }
    if (step.isNarrow()) {
      return Optional.of(
          stays(
              node,
              "Its input '%s' has 4-bit integers, for which there are no integer kernels.".formatted(input),
              "Store them in 8-bit integers."));
    }
    if (step.scale().isEmpty()) {
      return Optional.of(
          stays(
              node,
              "The scale of its input '%s' is computed at run time.".formatted(input),
              "Give '%s' a fixed range.".formatted(input)));
    }
    boolean clipped = view.writer(step).filter(writer -> writer.is("Clip")).isPresent();
    if (clipped && step.type() == DataType.INT8) {
      return Optional.of(
          stays(
              node,
              "A Clip stands between the int8 codes of '%s' and their use.".formatted(input),
              "Store them as uint8."));
    }
    return Optional.empty();
  }

  /** Whether only a Q reads the output, perhaps behind clamps that the Q makes redundant. */
  private Optional<NodeVerdict> outputProblem(Node node) {
    String tensor = node.output();
    Optional<Step> q = view.quantized(tensor);
    Optional<Node> clamp = Optional.empty();
    while (q.isEmpty()) {
      Optional<Node> next = view.index().onlyConsumer(tensor).filter(reader -> reader.is("Relu") || reader.is("Clip"));
      if (next.isEmpty()) {
        String why =
            view.index().consumers(tensor).stream().anyMatch(reader -> reader.is("QuantizeLinear"))
                ? "Its output is also used in float."
                : "Its output '%s' is in float.".formatted(tensor);
        return Optional.of(stays(node, why, "Quantize its output for all readers."));
      }
      clamp = next;
      tensor = next.get().output();
      q = view.quantized(tensor);
    }
    Step step = q.get();
    if (clamp.isPresent() && !isRedundant(clamp.get(), step)) {
      return Optional.of(
          stays(
              node,
              "The %s behind it clamps inside the range of the codes, so it cannot go.".formatted(clamp.get().opType()),
              "Use unsigned codes with zero-point 0."));
    }
    if (step.isWide() || step.isNarrow()) {
      return Optional.of(
          stays(
              node,
              "Its output has %d-bit codes, for which there are no integer kernels.".formatted(step.type().bits()),
              "Give its output 8 bits or fewer."));
    }
    if (step.scale().isEmpty()) {
      return Optional.of(stays(node, "The scale of its output is computed at run time.", "Give its output a fixed range."));
    }
    return Optional.empty();
  }

  private boolean isRedundant(Node clamp, Step q) {
    if (clamp.is("Relu")) {
      return q.least() >= 0;
    }
    float min = bound(clamp, 1, Float.NEGATIVE_INFINITY);
    float max = bound(clamp, 2, Float.POSITIVE_INFINITY);
    return min <= q.least() && max >= q.greatest();
  }

  private float bound(Node clip, int input, float otherwise) {
    return clip.input(input).flatMap(view.graph()::findConstant).map(value -> value.floats()[0]).orElse(otherwise);
  }

  private Optional<NodeVerdict> biasProblem(Node node, Step input, Step weights) {
    Optional<Step> bias = node.input(2).flatMap(view::dequantized);
    if (bias.isEmpty() || bias.get().scale().isEmpty() || weights.scale().isEmpty()) {
      return Optional.empty();
    }
    float[] given = bias.get().scale().get().floats();
    float[] scales = weights.scale().get().floats();
    float x = input.scale().map(Tensor::floats).orElse(new float[] {1})[0];
    for (int i = 0; i < Math.max(given.length, scales.length); i++) {
      double needed = (double) x * scales[scales.length == 1 ? 0 : i];
      double scale = given[given.length == 1 ? 0 : i];
      if (Math.abs(scale - needed) > 1e-4 * needed && needed >= Float.MIN_NORMAL) {
        return Optional.of(
            stays(
                node,
                "The scale of its bias is not that of its input times that of its weights.",
                "Use the product of both scales for the bias."));
      }
    }
    return Optional.empty();
  }

  /** Between equal parameters Q and DQ go, and the operator runs on codes; pure changes of layout do so in any width. */
  private NodeVerdict move(Node node) {
    Optional<Step> from = view.dequantized(node.inputs().getFirst());
    Optional<Step> to = view.quantized(node.output());
    boolean anyWidth = LAYOUT.contains(node.opType()) && from.isPresent() && to.isPresent() && from.get().sameParameters(to.get());
    Optional<NodeVerdict> problem = anyWidth ? Optional.empty() : general(node);
    if (problem.isPresent()) {
      return problem.get();
    }
    Step input = view.dequantized(node.inputs().getFirst()).orElseThrow();
    Step output = view.quantized(node.output()).orElseThrow();
    return input.sameParameters(output)
        ? NodeVerdict.integer(node.name(), node.opType())
        : stays(node, "Its output has other parameters than its input.", "Give both the same scale and zero-point.");
  }

  private static NodeVerdict stays(Node node, String reason, String change) {
    return new NodeVerdict(node.name(), node.opType(), Outcome.FLOAT, reason, change);
  }
}
