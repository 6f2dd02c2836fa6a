package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.exec.OrtEvaluator;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchNormFolderTest {

  private final OrtEvaluator evaluator = new OrtEvaluator();

  @AfterEach
  void close() {
    evaluator.close();
  }

  private static TestGraph norm(TestGraph graph, String input, String output, int channels, Object... attributes) {
    float[] variance = TestGraph.randomTensor(9, channels).floats();
    for (int c = 0; c < channels; c++) {
      variance[c] = 0.05f + variance[c] * variance[c];
    }
    return graph
        .random("gamma", channels)
        .random("beta", channels)
        .random("mean", channels)
        .constant("var", Tensor.ofFloats(Shape.of(channels), variance))
        .node("BatchNormalization", input + ",gamma,beta,mean,var", output, attributes);
  }

  private BatchNormFolder.Result fold(Graph graph) {
    Map<String, Tensor> inputs = TestGraph.randomInputs(graph, 2, 4);
    Map<String, Shape> shapes = new HashMap<>();
    List<String> names = graph.nodes().stream().flatMap(node -> node.outputs().stream()).toList();
    evaluator.evaluate(graph, inputs, names).forEach((name, value) -> shapes.put(name, value.shape()));
    BatchNormFolder.Result result = BatchNormFolder.fold(graph, shapes);
    Map<String, Tensor> expected = evaluator.evaluate(graph, inputs, List.of());
    Map<String, Tensor> actual = evaluator.evaluate(result.graph(), inputs, List.of());
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> {
          float largest = 0;
          for (float x : value.floats()) {
            largest = Math.max(largest, Math.abs(x));
          }
          assertThat(actual.get(name).floats()).containsExactly(value.floats(), Offset.offset(1e-5f * largest));
        });
    return result;
  }

  private static List<String> operators(Graph graph) {
    return graph.nodes().stream().map(Node::opType).toList();
  }

  @Test
  void foldsIntoConvolutions() {
    BatchNormFolder.Result result =
        fold(norm(new TestGraph(17)
            .input("x", -1, 3, 5, 5)
            .random("conv.weight", 4, 3, 3, 3)
            .node("Conv", "x,conv.weight", "c"), "c", "y", 4).output("y").build());
    assertThat(result.folded()).isEqualTo(1);
    assertThat(operators(result.graph())).containsExactly("Conv");
    assertThat(result.graph().nodes().getFirst().inputs()).containsExactly("x", "conv.weight", "conv.bias");
    assertThat(result.graph().nodes().getFirst().output()).isEqualTo("y");
    assertThat(result.graph().initializers()).containsOnlyKeys("conv.weight", "conv.bias");
  }

  @Test
  void foldsIntoGroupedConvolutionsWithBias() {
    BatchNormFolder.Result result =
        fold(
            norm(new TestGraph(9)
                .input("x", -1, 4, 5, 5)
                .random("w", 4, 1, 3, 3)
                .random("b", 4)
                .node("Conv", "x,w,b", "c", "group", 4), "c", "y", 4, "epsilon", 0.1f)
                .output("y")
                .build());
    assertThat(operators(result.graph())).containsExactly("Conv");
    assertThat(result.graph().nodes().getFirst().inputs()).containsExactly("x", "w", "b");
  }

  @Test
  void foldsIntoTransposedConvolutions() {
    for (int group : new int[] {1, 2}) {
      BatchNormFolder.Result result =
          fold(
              norm(new TestGraph(13)
                  .input("x", -1, 4, 3, 3)
                  .random("w", 4, 6 / group, 2, 2)
                  .node("ConvTranspose", "x,w", "c", "group", group), "c", "y", 6)
                  .output("y")
                  .build());
      assertThat(operators(result.graph())).containsExactly("ConvTranspose");
    }
  }

  @Test
  void foldsIntoProducts() {
    for (int transposed : new int[] {0, 1}) {
      int[] shape = transposed == 0 ? new int[] {3, 5} : new int[] {5, 3};
      TestGraph graph =
          new TestGraph(13)
              .input("x", -1, 3)
              .random("w", shape)
              .random("b", 5)
              .node("Gemm", "x,w,b", "g", "transB", transposed, "alpha", 0.5f, "beta", 2f);
      assertThat(operators(fold(norm(graph, "g", "y", 5).output("y").build()).graph())).containsExactly("Gemm");
    }
    TestGraph scalarBias = new TestGraph(13).input("x", -1, 3).random("w", 3, 5).random("b").node("Gemm", "x,w,b", "g");
    assertThat(operators(fold(norm(scalarBias, "g", "y", 5).output("y").build()).graph())).containsExactly("Gemm");
    TestGraph matMul = new TestGraph(13).input("x", -1, 3).random("w", 3, 5).node("MatMul", "x,w", "g");
    assertThat(operators(fold(norm(matMul, "g", "y", 5).output("y").build()).graph())).containsExactly("Gemm");
  }

  @Test
  void becomesAnAffineMapWhereTheLayerHasOtherReaders() {
    BatchNormFolder.Result result =
        fold(
            norm(new TestGraph(13).input("x", -1, 3, 5, 5).random("w", 4, 3, 3, 3).node("Conv", "x,w", "c"), "c", "n", 4)
                .node("Relu", "c", "r")
                .node("Add", "n,r", "y")
                .output("y")
                .build());
    assertThat(operators(result.graph())).containsExactly("Conv", "Mul", "Add", "Relu", "Add");
    assertThat(result.affine()).containsExactly("n");
    assertThat(result.graph().constant("batchnormalization_n_scale").shape()).isEqualTo(Shape.of(4, 1, 1));
    assertThat(result.graph().constant("batchnormalization_n_shift").shape()).isEqualTo(Shape.of(4, 1, 1));
    assertThat(result.graph().nodes().get(2).output()).isEqualTo("n");
    assertThat(result.graph().nodes()).extracting(Node::name).doesNotHaveDuplicates();
  }

  @Test
  void becomesAnAffineMapWhereThereIsNoLayer() {
    assertThat(operators(fold(norm(new TestGraph(13).input("x", -1, 3, 4), "x", "y", 3).output("y").build()).graph()))
        .containsExactly("Mul", "Add");
    assertThat(operators(fold(norm(new TestGraph(13).input("x", -1, 3), "x", "y", 3).output("y").build()).graph()))
        .containsExactly("Mul", "Add");
    Graph output =
        norm(new TestGraph(13).input("x", -1, 3, 5, 5).random("w", 4, 3, 3, 3).node("Conv", "x,w", "c"), "c", "y", 4)
            .output("c", "y")
            .build();
    assertThat(operators(fold(output).graph())).containsExactly("Conv", "Mul", "Add");
    Graph tokens = norm(new TestGraph(13).input("x", -1, 4, 3).random("w", 3, 4).node("MatMul", "x,w", "m"), "m", "y", 4)
        .output("y")
        .build();
    assertThat(operators(fold(tokens).graph())).containsExactly("MatMul", "Mul", "Add");
    Graph computedBias =
        norm(new TestGraph(13).input("x", -1, 3).input("b", 5).random("w", 3, 5).node("Gemm", "x,w,b", "g"), "g", "y", 5)
            .output("y")
            .build();
    assertThat(operators(fold(computedBias).graph())).containsExactly("Gemm", "Mul", "Add");
  }

  @Test
  void foldsTwoNormalizationsInARow() {
    Graph graph =
        norm(new TestGraph(13).input("x", -1, 3, 5, 5).random("w", 4, 3, 3, 3).node("Conv", "x,w", "c"), "c", "n", 4)
            .node("BatchNormalization", "n,gamma,beta,mean,var", "y")
            .output("y")
            .build();
    BatchNormFolder.Result result = fold(graph);
    assertThat(operators(result.graph())).containsExactly("Conv", "Mul", "Add");
  }

  @Test
  void copiesSharedWeights() {
    Graph graph =
        norm(
                new TestGraph(13)
                    .input("x", -1, 3, 5, 5)
                    .random("w", 3, 3, 1, 1)
                    .random("b", 3)
                    .node("Conv", "x,w,b", "c")
                    .node("Conv", "x,w,b", "d"),
                "c", "n", 3)
            .node("Add", "n,d", "y")
            .output("y")
            .build();
    BatchNormFolder.Result result = fold(graph);
    assertThat(result.folded()).isEqualTo(1);
    assertThat(result.graph().initializers()).containsOnlyKeys("w", "b", "w_folded", "b_folded");
    assertThat(result.graph().constant("w")).isEqualTo(graph.constant("w"));
  }

  @Test
  void computesInDouble() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 1, 1, 1)
            .floats("w", new int[] {1, 1, 1, 1}, 3)
            .floats("s", new int[] {1}, 0.1f)
            .floats("z", new int[] {1}, 0)
            .floats("v", new int[] {1}, 7)
            .node("Conv", "x,w", "c")
            .node("BatchNormalization", "c,s,z,z,v", "y", "epsilon", 0.25f)
            .output("y")
            .build();
    float folded = fold(graph).graph().constant("w").floats()[0];
    assertThat(folded).isEqualTo((float) (3 * ((double) 0.1f / Math.sqrt(7.25))));
  }

  @Test
  void leavesComputedStatistics() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3, 2)
            .input("s", 3)
            .node("Abs", "s", "v")
            .node("BatchNormalization", "x,s,s,s,v", "y")
            .output("y")
            .build();
    BatchNormFolder.Result result = fold(graph);
    assertThat(operators(result.graph())).containsExactly("Abs", "BatchNormalization");
  }

  @Test
  void refusesStatisticsThatGiveNoNumber() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 1, 2)
            .floats("s", new int[] {1}, 1)
            .floats("v", new int[] {1}, -1)
            .node("BatchNormalization", "x,s,s,s,v", "y")
            .output("y")
            .build();
    assertThatThrownBy(() -> BatchNormFolder.fold(graph, Map.of("y", Shape.of(1, 1, 2))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("variance is -1");
  }

  @Test
  void usesStoredStatisticsOfTrainingMode() {
    Graph graph =
        norm(new TestGraph(14).input("x", -1, 3, 2), "x", "y,m,v", 3, "training_mode", 1)
            .floats("ratio", new int[0], 0.5f)
            .constant("yes", Tensor.ofBytes(DataType.BOOL, Shape.scalar(), (byte) 1))
            .node("Dropout", "y,ratio,yes", "z")
            .output("z")
            .build();
    InferenceMode.Result result = InferenceMode.apply(graph);
    assertThat(result.changed()).isEqualTo(2);
    Graph plain = norm(new TestGraph(14).input("x", -1, 3, 2), "x", "z", 3).output("z").build();
    Map<String, Tensor> inputs = TestGraph.randomInputs(plain, 2, 1);
    assertThat(evaluator.evaluate(result.graph(), inputs, List.of())).isEqualTo(evaluator.evaluate(plain, inputs, List.of()));
    Graph kept = norm(new TestGraph(14).input("x", -1, 3, 2), "x", "y,m,v", 3, "training_mode", 1).output("y", "m").build();
    assertThat(InferenceMode.apply(kept).changed()).isZero();
  }
}
