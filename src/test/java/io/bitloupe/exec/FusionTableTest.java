package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pinned ONNX Runtime fuses of our files, measured: a newer version that differs fails here. */
class FusionTableTest {

  private static final QuantConfig EIGHT = Lab.bits(8, 8);

  /**
   * A pattern.
   *
   * @param name what it shows
   * @param graph a model with the node under test called {@code <operator>_y}
   * @param config what is quantized
   * @param expected operator of that node in the optimized graph
   * @param onIntegers whether it reads codes there
   */
  record Row(String name, TestGraph graph, QuantConfig config, String expected, boolean onIntegers) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() {
    return List.of(
        fused("Conv by channel", conv(), EIGHT, "QLinearConv"),
        fused("Conv by tensor", conv(), QuantConfig.uniform(Lab.weights(8, Granularity.TENSOR), Lab.activations(8)), "QLinearConv"),
        fused("Conv without bias", conv(false, 1), EIGHT, "QLinearConv"),
        fused("depthwise Conv", conv(true, 4), EIGHT, "QLinearConv"),
        fused("Conv, 3 bits on 5", conv(), Lab.bits(3, 5), "QLinearConv"),
        fused("Conv, 1 bit on 1", conv(), Lab.bits(1, 1), "QLinearConv"),
        fused("Conv on symmetric activations", conv(), symmetric(8), "QLinearConv"),
        fused("Conv on symmetric activations of 4 bits", conv(), symmetric(4), "QLinearConv"),
        fused("Conv and Relu", relu(), EIGHT, "QLinearConv"),
        fused("Conv and Relu on symmetric activations", relu(), symmetric(8), "QLinearConv"),
        fused("Conv and a Clip inside the range", clip(), EIGHT, "QLinearConv"),
        fused("Conv, asymmetric weights by tensor", conv(), asymmetric(8, Granularity.TENSOR, true), "QLinearConv"),
        fused("Conv, unsigned weights by tensor", conv(), asymmetric(8, Granularity.TENSOR, false), "QLinearConv"),
        fused("Conv, asymmetric weights by channel, 7 bits", conv(), asymmetric(7, Granularity.CHANNEL, true), "QLinearConv"),
        unfused("Conv, asymmetric weights by channel, 8 bits", conv(), asymmetric(8, Granularity.CHANNEL, true), "Conv"),
        unfused("Conv on 16-bit activations", conv(), Lab.bits(8, 16), "Conv"),
        fused("1-D Conv", input(2, 12).random("w", 4, 2, 3).node("Conv", "x,w", "y").output("y"), EIGHT, "QLinearConv"),
        fused("Gemm", gemm(0), EIGHT, "QGemm"),
        fused("Gemm, transposed weights", gemm(1), EIGHT, "QGemm"),
        fused("Gemm, asymmetric weights by channel", gemm(1), asymmetric(8, Granularity.CHANNEL, true), "QGemm"),
        fused("MatMul", input(5, 6).random("w", 6, 4).node("MatMul", "x,w", "y").output("y"), EIGHT, "QLinearMatMul"),
        fused(
            "MatMul, asymmetric weights by channel",
            input(5, 6).random("w", 6, 4).node("MatMul", "x,w", "y").output("y"),
            asymmetric(8, Granularity.CHANNEL, true),
            "QLinearMatMul"),
        fused(
            "MatMul of activations",
            input(5, 6).node("Transpose", "x", "t", "perm", new int[] {0, 2, 1}).node("MatMul", "x,t", "y").output("y"),
            EIGHT,
            "QLinearMatMul"),
        fused("Add", input(3, 4).node("Relu", "x", "t").node("Add", "x,t", "y").output("y"), EIGHT, "QLinearAdd"),
        fused("Add of a constant", input(3, 4).random("c", 4).node("Add", "x,c", "y").output("y"), EIGHT, "QLinearAdd"),
        fused("Add, 4 symmetric bits", input(3, 4).random("c", 4).node("Add", "x,c", "y").output("y"), symmetric(4), "QLinearAdd"),
        fused("Mul of a constant", input(3, 4).random("c", 4).node("Mul", "c,x", "y").output("y"), EIGHT, "QLinearMul"),
        fused("Mul by a gate", gate(), EIGHT, "QLinearMul"),
        fused(
            "Concat",
            input(3, 4).random("c", 4).node("Add", "x,c", "s").node("Concat", "x,s", "y", "axis", 1).output("y"),
            EIGHT,
            "QLinearConcat"),
        fused(
            "AveragePool",
            input(2, 6, 6).node("AveragePool", "x", "y", "kernel_shape", new int[] {2, 2}).output("y"),
            EIGHT,
            "QLinearAveragePool"),
        fused("GlobalAveragePool", input(2, 6, 6).node("GlobalAveragePool", "x", "y").output("y"), EIGHT, "QLinearGlobalAveragePool"),
        fused("MaxPool", moved("MaxPool", "kernel_shape", new int[] {2, 2}), EIGHT, "NhwcMaxPool"),
        fused("Transpose", moved("Transpose", "perm", new int[] {0, 2, 1, 3}), EIGHT, "Transpose"),
        fused("Flatten", moved("Flatten"), EIGHT, "Flatten"),
        fused("Reshape", moved("Reshape,shape"), EIGHT, "Reshape"),
        fused("Slice", moved("Slice,starts,ends"), EIGHT, "Slice"),
        fused("Unsqueeze", moved("Unsqueeze,one"), EIGHT, "Unsqueeze"),
        fused("Squeeze", squeeze(), EIGHT, "Squeeze"),
        unfused("Pad", moved("Pad,pads"), EIGHT, "Pad"),
        unfused("GlobalMaxPool", moved("GlobalMaxPool"), EIGHT, "GlobalMaxPool"),
        unfused("Relu alone", input(2, 6, 6).node("Relu", "x", "y").output("y"), symmetric(8), "Relu"));
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 17, 19, 21, 22})
  void fusesInEveryOpset(int opset) {
    TestGraph graph =
        new TestGraph(opset)
            .input("x", -1, 4, 6, 6)
            .random("w", 4, 4, 1, 1)
            .random("v", 8, 64)
            .longs("shape", -1, 64)
            .node("Conv", "x,w", "c")
            .node("MaxPool", "c", "p", "kernel_shape", new int[] {2, 2})
            .node("AveragePool", "p", "q", "kernel_shape", new int[] {2, 2})
            .node("Transpose", "q", "t", "perm", new int[] {0, 2, 3, 1})
            .node("Reshape", "t,shape", "r")
            .node("Gemm", "r,v", "y", "transB", 1)
            .output("y");
    Model model = Lab.model(graph.build());
    QdqGraph qdq = QdqGraphBuilder.build(Lab.lower(model, EIGHT));
    assertThat(qdq.graph().opset()).isEqualTo(opset);
    assertThat(Fusion.of(Lab.lower(model, EIGHT), qdq).unfused()).isEmpty();
  }

  @Test
  void isTheVersionThatWasMeasured() {
    assertThat(OrtSessions.environment().getVersion()).isEqualTo("1.29.0");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void fusesWhatTheTableSays(Row row) {
    Model model = Lab.model(row.graph().build());
    LoweredGraph lowered = Lab.lower(model, row.config());
    QdqGraph qdq = QdqGraphBuilder.build(lowered);
    Graph optimized = Fusion.optimized(qdq.graph());
    Node node = written(optimized, lowered).orElseThrow();
    assertThat(node.opType()).as("%s", optimized.nodes()).isEqualTo(row.expected());

    VerificationResult result = Verification.verify(lowered, Lab.random(model, 12), 12, Progress.NONE);
    assertThat(result.faults()).isEmpty();
    boolean isStep = lowered.integerSteps().stream().anyMatch(step -> step.output().equals("y"));
    if (isStep) {
      assertThat(result.fused().contains(name(lowered))).isEqualTo(row.onIntegers());
      assertThat(result.unfused().stream().anyMatch(u -> u.node().equals(name(lowered)))).isEqualTo(!row.onIntegers());
    }
    assertThat(result.notes()).isEmpty();
    if (row.onIntegers()) {
      assertThat(result.endToEndMaxLsb()).isZero();
    }
  }

  /** ONNX Runtime quantizes the weights of a float Conv between codes unasked; what is exported must keep it from that. */
  @Test
  void leavesFloatWeightsInFloat() {
    Model model = Lab.model(relu().build());
    LoweredGraph lowered = Lab.lower(model, QuantConfig.uniform(TensorChoice.FLOAT, Lab.activations(8)));
    Graph optimized = Fusion.optimized(QdqGraphBuilder.build(lowered).graph());
    assertThat(optimized.nodes()).extracting(Node::opType).contains("Conv").doesNotContain("QLinearConv");
    assertThat(optimized.initializers().values()).noneMatch(t -> t.type() == DataType.INT8);
    VerificationResult result = Verification.verify(lowered, Lab.random(model, 4), 4, Progress.NONE);
    assertThat(result.faults()).isEmpty();
    assertThat(result.unfused()).extracting(VerificationResult.Unfused::reason).containsExactly("Its weights are in float.");
  }

  /** QLinearSoftmax wraps around above the range of its output: a Softmax between codes must stay in float. */
  @Test
  void aSoftmaxBetweenCodesIsNotFused() {
    for (boolean moves : new boolean[] {false, true}) {
      TestGraph graph = input(5, 6).random("w", 6, 6).node("MatMul", "x,w", "a");
      if (moves) {
        graph.node("Tanh", "a", "f").node("MatMul", "f,w", "b").longs("shape", 0, 6, 5);
        graph.node("Reshape", "b,shape", "r").node("Softmax", "r", "s", "axis", 1).node("Transpose", "s", "t", "perm", new int[] {0, 2, 1});
      } else {
        graph.node("Softmax", "a", "t");
      }
      Model model = Lab.model(graph.node("MatMul", "t,w", "y").output("y").build());
      TensorChoice clipped =
          new TensorChoice.Quantized(IntegerFormat.activations(8), Granularity.TENSOR, new RangeMethod.Explicit(0, 0.1f));
      LoweredGraph lowered = Lab.lower(model, EIGHT.with("t", clipped));
      Graph optimized = Fusion.optimized(QdqGraphBuilder.build(lowered).graph());
      assertThat(optimized.nodes()).extracting(Node::opType).contains("Softmax").doesNotContain("QLinearSoftmax");
      assertThat(Verification.verify(lowered, Lab.random(model, 16), 16, Progress.NONE).faults()).isEmpty();
    }
  }

  @Test
  void oneBlockOfWeightsBecomesMatMulNBits() {
    TestGraph graph = input(5, 64).random("w", 64, 4).node("MatMul", "x,w", "y").output("y");
    QuantConfig config = QuantConfig.uniform(Lab.weights(8, new Granularity.PerBlock(32)), TensorChoice.FLOAT);
    Graph optimized = Fusion.optimized(QdqGraphBuilder.build(Lab.lower(Lab.model(graph.build()), config)).graph());
    assertThat(optimized.nodes()).extracting(Node::opType).contains("MatMulNBits");
  }

  private static Optional<Node> written(Graph optimized, LoweredGraph lowered) {
    String name = name(lowered);
    return optimized.nodes().stream().filter(node -> node.name().replaceFirst("_token_\\d+$", "").equals(name)).findFirst();
  }

  /** Name of the step, or of the node in a float island, that writes {@code y}. */
  private static String name(LoweredGraph lowered) {
    return lowered.model().graph().nodes().stream()
        .filter(node -> node.outputs().contains("y") || node.outputs().contains("before"))
        .map(Node::name)
        .findFirst()
        .orElseThrow();
  }

  private static Row fused(String name, TestGraph graph, QuantConfig config, String expected) {
    return new Row(name, graph, config, expected, true);
  }

  private static Row unfused(String name, TestGraph graph, QuantConfig config, String expected) {
    return new Row(name, graph, config, expected, false);
  }

  private static QuantConfig symmetric(int bits) {
    return QuantConfig.uniform(Lab.weights(8, Granularity.CHANNEL), Lab.symmetricActivations(bits));
  }

  private static QuantConfig asymmetric(int bits, Granularity granularity, boolean signed) {
    return QuantConfig.uniform(Lab.asymmetricWeights(bits, signed, granularity), Lab.activations(8));
  }

  private static TestGraph input(int... sample) {
    int[] sizes = new int[sample.length + 1];
    sizes[0] = -1;
    System.arraycopy(sample, 0, sizes, 1, sample.length);
    return new TestGraph(17).input("x", sizes);
  }

  private static TestGraph conv() {
    return conv(true, 1);
  }

  private static TestGraph conv(boolean bias, int group) {
    TestGraph graph = input(4, 7, 7).constant("w", shifted(8, 4 / group, 3, 3)).random("b", 8);
    return graph.node("Conv", bias ? "x,w,b" : "x,w", "y", "pads", new int[] {1, 1, 1, 1}, "group", group).output("y");
  }

  /** Random weights around a mean of their own for each channel, so that asymmetric ranges have different zero-points. */
  private static Tensor shifted(int... shape) {
    Tensor random = TestGraph.randomTensor(7, shape);
    float[] values = random.floats();
    int perChannel = values.length / shape[0];
    for (int i = 0; i < values.length; i++) {
      values[i] += (i / perChannel) % 3;
    }
    return Tensor.ofFloats(random.shape(), values);
  }

  private static TestGraph relu() {
    return input(4, 7, 7).random("w", 8, 4, 3, 3).random("b", 8).node("Conv", "x,w,b", "before").node("Relu", "before", "y").output("y");
  }

  private static TestGraph clip() {
    return input(4, 7, 7)
        .random("w", 8, 4, 3, 3)
        .floats("low", new int[0], -0.5f)
        .floats("high", new int[0], 3)
        .node("Conv", "x,w", "before")
        .node("Clip", "before,low,high", "y")
        .output("y");
  }

  private static TestGraph gemm(int transposed) {
    Tensor weights = transposed == 1 ? shifted(5, 9) : TestGraph.randomTensor(3, 9, 5);
    return input(9).constant("w", weights).random("b", 5).node("Gemm", "x,w,b", "y", "transB", transposed).output("y");
  }

  private static TestGraph gate() {
    return input(4, 5, 5)
        .random("w", 4, 4, 1, 1)
        .node("GlobalAveragePool", "x", "pooled")
        .node("Conv", "pooled,w", "squeezed")
        .node("Sigmoid", "squeezed", "gate")
        .node("Mul", "x,gate", "y")
        .output("y");
  }

  private static TestGraph squeeze() {
    return input(1, 4, 6)
        .random("w", 3, 1, 1, 1)
        .longs("two", 2)
        .node("Conv", "x,w", "p")
        .node("GlobalMaxPool", "p", "g")
        .node("Squeeze", "g,two", "y")
        .output("y");
  }

  /** A Conv before the operator, so that it passes on codes of a step. */
  private static TestGraph moved(String operatorAndConstants, Object... attributes) {
    String[] parts = operatorAndConstants.split(",", 2);
    String inputs = parts.length == 1 ? "c" : "c," + parts[1];
    return input(4, 6, 6)
        .random("w", 4, 4, 1, 1)
        .longs("shape", -1, 4, 36)
        .longs("starts", 0, 1, 1)
        .longs("ends", 9, 3, 5)
        .longs("one", 1)
        .longs("pads", 0, 1, 1, 0, 0, 0, 1, 0)
        .node("Conv", "x,w", "c")
        .node(parts[0], inputs, "y", attributes)
        .output("y");
  }
}
