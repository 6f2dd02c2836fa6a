package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.exec.OrtEvaluator;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LayerFinderTest {

  private final OrtEvaluator evaluator = new OrtEvaluator();

  @AfterEach
  void close() {
    evaluator.close();
  }

  private LayerFinder.Result find(TestGraph built) {
    Graph graph = built.build();
    Map<String, Tensor> inputs = TestGraph.randomInputs(graph, 1, 1);
    Map<String, Tensor> values = new HashMap<>(inputs);
    values.putAll(evaluator.evaluate(graph, inputs, graph.nodes().stream().flatMap(node -> node.outputs().stream()).toList()));
    Map<String, TensorInfo> tensors = new HashMap<>();
    values.forEach((name, value) -> tensors.put(name, new TensorInfo(name, value.type(), value.shape(), true)));
    return LayerFinder.find(graph, tensors);
  }

  private Layer only(TestGraph graph) {
    List<Layer> layers = find(graph).layers();
    assertThat(layers).hasSize(1);
    return layers.getFirst();
  }

  @Test
  void describesConvolutions() {
    Layer layer =
        only(
            new TestGraph(13)
                .input("x", -1, 4, 9, 9)
                .random("w", 6, 2, 3, 3)
                .random("b", 6)
                .node("Conv", "x,w,b", "c", "group", 2, "strides", new int[] {2, 2})
                .node("Relu", "c", "y")
                .output("y"));
    assertThat(layer.kind()).isEqualTo(LayerKind.CONV);
    assertThat(layer.name()).isEqualTo("conv_c");
    assertThat(layer.weight()).contains("w");
    assertThat(layer.bias()).contains("b");
    assertThat(layer.output()).isEqualTo("y");
    assertThat(layer.inputShape()).isEqualTo(Shape.of(1, 4, 9, 9));
    assertThat(layer.outputShape()).isEqualTo(Shape.of(1, 6, 4, 4));
    assertThat(layer.outputChannelAxis()).isZero();
    assertThat(layer.parameters()).isEqualTo(6 * 2 * 9 + 6);
    assertThat(layer.macs()).isEqualTo(6 * 4 * 4 * 2 * 9);
  }

  @Test
  void tellsDepthwiseFromGrouped() {
    assertThat(only(new TestGraph(13).input("x", -1, 4, 5, 5).random("w", 4, 1, 3, 3).node("Conv", "x,w", "y", "group", 4).output("y"))
        .kind())
        .isEqualTo(LayerKind.DEPTHWISE_CONV);
    assertThat(only(new TestGraph(13).input("x", -1, 4, 5, 5).random("w", 8, 1, 3, 3).node("Conv", "x,w", "y", "group", 4).output("y"))
        .kind())
        .isEqualTo(LayerKind.DEPTHWISE_CONV);
    assertThat(only(new TestGraph(13).input("x", -1, 1, 5, 5).random("w", 4, 1, 3, 3).node("Conv", "x,w", "y").output("y")).kind())
        .isEqualTo(LayerKind.CONV);
    assertThat(only(new TestGraph(13).input("x", -1, 4, 7).random("w", 2, 4, 3).node("Conv", "x,w", "y").output("y")).macs())
        .isEqualTo(2 * 5 * 12);
  }

  @Test
  void describesTransposedConvolutions() {
    Layer layer =
        only(
            new TestGraph(13)
                .input("x", -1, 4, 3, 3)
                .random("w", 4, 5, 2, 2)
                .node("ConvTranspose", "x,w", "y", "strides", new int[] {2, 2})
                .output("y"));
    assertThat(layer.kind()).isEqualTo(LayerKind.CONV_TRANSPOSE);
    assertThat(layer.outputChannelAxis()).isEqualTo(1);
    assertThat(layer.bias()).isEmpty();
    assertThat(layer.macs()).isEqualTo(4 * 9 * 5 * 4);
  }

  @Test
  void describesProducts() {
    Layer gemm = only(new TestGraph(13).input("x", -1, 3).random("w", 3, 5).random("b", 5).node("Gemm", "x,w,b", "y").output("y"));
    assertThat(gemm.kind()).isEqualTo(LayerKind.GEMM);
    assertThat(gemm.outputChannelAxis()).isEqualTo(1);
    assertThat(gemm.macs()).isEqualTo(15);
    Layer transposed = only(new TestGraph(13).input("x", -1, 3).random("w", 5, 3).node("Gemm", "x,w", "y", "transB", 1).output("y"));
    assertThat(transposed.outputChannelAxis()).isZero();
    assertThat(transposed.outputChannels()).isEqualTo(5);
    Layer column = only(new TestGraph(13)
        .input("x", 3, 2)
        .random("w", 3, 5)
        .node("Gemm", "x,w", "y", "transA", 1, "alpha", 0.5f)
        .output("y"));
    assertThat(column.macs()).isEqualTo(2 * 3 * 5);
    Layer tokens = only(new TestGraph(13).input("x", -1, 7, 3).random("w", 3, 5).node("MatMul", "x,w", "y").output("y"));
    assertThat(tokens.kind()).isEqualTo(LayerKind.MATMUL);
    assertThat(tokens.macs()).isEqualTo(7 * 15);
    assertThat(tokens.outputChannelAxis()).isEqualTo(1);
    Layer stacked = only(new TestGraph(13).input("x", -1, 2, 7, 3).random("w", 2, 3, 5).node("MatMul", "x,w", "y").output("y"));
    assertThat(stacked.outputChannelAxis()).isEqualTo(2);
    assertThat(stacked.macs()).isEqualTo(2 * 7 * 15);
  }

  @Test
  void namesProductsOfActivations() {
    Layer layer = only(new TestGraph(13).input("a", -1, 4, 3).input("b", -1, 3, 5).node("MatMul", "a,b", "y").output("y"));
    assertThat(layer.kind()).isEqualTo(LayerKind.ACTIVATION_MATMUL);
    assertThat(layer.weight()).isEmpty();
    assertThat(layer.parameters()).isZero();
    assertThat(layer.macs()).isEqualTo(60);
    assertThat(only(new TestGraph(13).input("a", 4, 3).input("b", 3, 5).node("Gemm", "a,b", "y").output("y")).kind())
        .isEqualTo(LayerKind.ACTIVATION_MATMUL);
  }

  @Test
  void endsLayersAtTheirClamp() {
    TestGraph clip =
        new TestGraph(13)
            .input("x", -1, 3)
            .random("w", 3, 3)
            .floats("zero", new int[0], 0)
            .floats("six", new int[0], 6)
            .node("MatMul", "x,w", "m")
            .node("Clip", "m,zero,six", "y")
            .output("y");
    assertThat(only(clip).output()).isEqualTo("y");
    TestGraph computedBound =
        new TestGraph(13)
            .input("x", -1, 3)
            .input("six")
            .random("w", 3, 3)
            .node("MatMul", "x,w", "m")
            .node("Clip", "m,,six", "y")
            .output("y");
    assertThat(only(computedBound).output()).isEqualTo("m");
    TestGraph twoReaders =
        new TestGraph(13)
            .input("x", -1, 3)
            .random("w", 3, 3)
            .node("MatMul", "x,w", "m")
            .node("Relu", "m", "r")
            .node("Add", "r,m", "y")
            .output("y");
    assertThat(only(twoReaders).output()).isEqualTo("m");
    TestGraph result = new TestGraph(13)
        .input("x", -1, 3)
        .random("w", 3, 3)
        .node("MatMul", "x,w", "m")
        .node("Relu", "m", "y")
        .output("m", "y");
    assertThat(only(result).output()).isEqualTo("m");
  }

  @Test
  void saysWhatCannotBeQuantized() {
    LayerFinder.Result computed = find(new TestGraph(13)
        .input("x", 1, 3, 5, 5)
        .input("w", 2, 3, 3, 3)
        .node("Conv", "x,w", "y")
        .output("y"));
    assertThat(computed.layers()).isEmpty();
    assertThat(computed.notes()).containsExactly("The Conv node 'conv_y' computes its weights and stays in floating point.");
    LayerFinder.Result left = find(new TestGraph(13).input("x", 3, 5).random("w", 4, 3).node("MatMul", "w,x", "y").output("y"));
    assertThat(left.layers()).isEmpty();
    assertThat(left.notes()).containsExactly("The MatMul node 'matmul_y' has its constant on the left and stays in floating point.");
    LayerFinder.Result vector = find(new TestGraph(13).input("x", 4, 3).random("w", 3).node("MatMul", "x,w", "y").output("y"));
    assertThat(vector.notes()).containsExactly("The MatMul node 'matmul_y' multiplies by a vector and stays in floating point.");
    LayerFinder.Result lstm =
        find(new TestGraph(13)
            .input("x", 5, 1, 3)
            .random("w", 1, 16, 3)
            .random("r", 1, 16, 4)
            .node("LSTM", "x,w,r", "y", "hidden_size", 4)
            .output("y"));
    assertThat(lstm.notes()).containsExactly("Recurrent operators are carried along in floating point: 1 LSTM.");
    Graph body = TestGraph.body().node("MatMul", "x,w", "r").output(DataType.FLOAT, "r").build();
    LayerFinder.Result branches =
        find(new TestGraph(13)
            .input("c", DataType.BOOL)
            .input("x", 2, 3)
            .random("w", 3, 3)
            .node("If", "c", "y", "then_branch", body, "else_branch", body)
            .output("y"));
    assertThat(branches.notes()).containsExactly("The If node 'if_y' is carried along in floating point with what it holds (2 MatMul).");
    LayerFinder.Result gelu = find(new TestGraph(13)
        .domain("com.microsoft", 1)
        .input("x", 2)
        .nodeIn("com.microsoft", "Gelu", "x", "y")
        .output("y"));
    assertThat(gelu.notes()).containsExactly("Operators of other domains are carried along in floating point: 1 com.microsoft.Gelu.");
  }

  @Test
  void saysWhatIsQuantizedAlready() {
    LayerFinder.Result result =
        find(
            new TestGraph(13)
                .input("x", 2, 3)
                .constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(3, 1), (byte) 1, (byte) 2, (byte) 3))
                .node("DynamicQuantizeLinear", "x", "q,s,z")
                .node("MatMulInteger", "q,w,z", "y")
                .output("y"));
    assertThat(result.layers()).isEmpty();
    assertThat(result.notes())
        .containsExactly("Operators that are quantized already stay as they are: 1 DynamicQuantizeLinear, 1 MatMulInteger.");
  }

  @Test
  void givesEveryLayerANameOfItsOwn() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3)
            .random("w", 3, 3)
            .node("MatMul", "x,w", "a")
            .node("MatMul", "a,w", "b")
            .node("MatMul", "b,w", "y")
            .output("y")
            .build();
    List<Node> nodes =
        graph.nodes().stream()
            .map(node -> Node.of(node.output().equals("y") ? "a" : "same", "MatMul", node.inputs(), node.outputs(), Map.of()))
            .toList();
    Map<String, TensorInfo> tensors = new HashMap<>();
    List.of("x", "a", "b", "y").forEach(name -> tensors.put(name, new TensorInfo(name, DataType.FLOAT, Shape.of(1, 3), true)));
    assertThat(LayerFinder.find(graph.with(nodes, graph.initializers()), tensors).layers())
        .extracting(Layer::name)
        .containsExactly("a", "b", "a (2)");
  }
}
