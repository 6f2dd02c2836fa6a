package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.exec.OrtEvaluator;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConstantFolderTest {

  private final OrtEvaluator evaluator = new OrtEvaluator();

  @AfterEach
  void close() {
    evaluator.close();
  }

  private Graph fold(TestGraph graph) {
    Graph original = graph.build();
    Graph folded = new ConstantFolder(evaluator).fold(original);
    Map<String, Tensor> inputs = TestGraph.randomInputs(original, 2, 3);
    assertThat(evaluator.evaluate(folded, inputs, List.of())).isEqualTo(evaluator.evaluate(original, inputs, List.of()));
    assertThat(folded.outputs()).isEqualTo(original.outputs());
    return folded;
  }

  private static List<String> operators(Graph graph) {
    return graph.nodes().stream().map(Node::opType).toList();
  }

  @Test
  void takesEveryFormOfConstant() {
    Graph folded =
        fold(
            new TestGraph(13)
                .input("x", 2, 2)
                .node("Constant", "", "t", "value", Tensor.ofFloats(Shape.of(2), 1, 2))
                .node("Constant", "", "f", "value_float", 2f)
                .node("Constant", "", "fs", "value_floats", new float[] {3, 4})
                .node("Constant", "", "i", "value_int", 1)
                .node("Constant", "", "is", "value_ints", new int[] {0})
                .node("Add", "x,t", "a")
                .node("Mul", "a,f", "b")
                .node("Sub", "b,fs", "c")
                .node("Unsqueeze", "c,is", "d")
                .node("Gather", "d,i", "y", "axis", 1)
                .output("y"));
    assertThat(operators(folded)).containsExactly("Add", "Mul", "Sub", "Unsqueeze", "Gather");
    assertThat(folded.constant("f")).isEqualTo(Tensor.ofFloats(Shape.scalar(), 2));
    assertThat(folded.constant("fs")).isEqualTo(Tensor.ofFloats(Shape.of(2), 3, 4));
    assertThat(folded.constant("i")).isEqualTo(Tensor.ofLongs(Shape.scalar(), 1));
    assertThat(folded.constant("is")).isEqualTo(Tensor.ofLongs(Shape.of(1), 0));
  }

  @Test
  void keepsTextConstants() {
    Graph graph =
        new TestGraph(13)
            .node("Constant", "", "s", "value_string", "ä")
            .node("Constant", "", "ss", "value_strings", new Attribute.Strings(List.of("a", "bc")))
            .node("Identity", "s", "y")
            .node("Identity", "ss", "z")
            .output("y", "z")
            .build();
    Graph folded = new ConstantFolder(evaluator).fold(graph);
    assertThat(folded.constant("s").data().limit()).isEqualTo(6);
    assertThat(evaluator.evaluate(folded, Map.of(), List.of())).isEqualTo(evaluator.evaluate(graph, Map.of(), List.of()));
  }

  @Test
  void computesChainsOfConstants() {
    Graph folded =
        fold(
            new TestGraph(13)
                .input("x", 2, 3)
                .random("w", 3, 4)
                .node("Transpose", "w", "wt")
                .floats("k", new int[0], 2)
                .node("Mul", "wt,k", "scaled")
                .node("Transpose", "scaled", "weights")
                .node("MatMul", "x,weights", "y")
                .output("y"));
    assertThat(operators(folded)).containsExactly("MatMul");
    assertThat(folded.initializers()).containsOnlyKeys("weights");
  }

  @Test
  void removesIdentityBetweenNodes() {
    Graph folded =
        fold(
            new TestGraph(13)
                .input("x", 2, 3)
                .node("Relu", "x", "a")
                .node("Identity", "a", "b")
                .node("Identity", "b", "c")
                .node("Add", "b,c", "y")
                .output("y"));
    assertThat(operators(folded)).containsExactly("Relu", "Add");
    assertThat(folded.nodes().getLast().inputs()).containsExactly("a", "a");
  }

  @Test
  void keepsTheNameOfAResultBehindIdentity() {
    Graph folded =
        fold(
            new TestGraph(13)
                .input("x", 2, 3)
                .node("Relu", "x", "a")
                .node("Identity", "a", "y")
                .node("Neg", "a", "z")
                .output("y", "z"));
    assertThat(operators(folded)).containsExactly("Relu", "Neg");
    assertThat(folded.nodes().getFirst().output()).isEqualTo("y");
    assertThat(folded.nodes().getLast().inputs()).containsExactly("y");
  }

  @Test
  void keepsIdentityWhereANameCannotGo() {
    assertThat(operators(fold(new TestGraph(13).input("x", 2).node("Identity", "x", "y").output("y")))).containsExactly("Identity");
    assertThat(
            operators(
                fold(new TestGraph(13)
                    .input("x", 2)
                    .node("Relu", "x", "a")
                    .node("Identity", "a", "b")
                    .node("Identity", "a", "c")
                    .output("b", "c"))))
        .containsExactly("Relu", "Identity");
    assertThat(operators(fold(new TestGraph(13).input("x", 2).node("Relu", "x", "a").node("Identity", "a", "b").output("a", "b"))))
        .containsExactly("Relu", "Identity");
  }

  @Test
  void sharesConstantsBehindIdentity() {
    Graph folded =
        fold(
            new TestGraph(13)
                .input("x", 2, 3)
                .random("w", 3, 3)
                .node("Identity", "w", "v")
                .node("MatMul", "x,w", "a")
                .node("MatMul", "a,v", "y")
                .output("y"));
    assertThat(folded.nodes()).allSatisfy(node -> assertThat(node.inputs().get(1)).isEqualTo("w"));
  }

  @Test
  void renamesWhatBodiesRead() {
    Graph body = TestGraph.body().node("Relu", "b", "r").output(DataType.FLOAT, "r").build();
    Graph shadow = TestGraph.body().node("Neg", "x", "a").node("Relu", "a", "s").output(DataType.FLOAT, "s").build();
    Graph folded =
        fold(
            new TestGraph(13)
                .input("c", DataType.BOOL)
                .input("x", 2, 3)
                .node("Abs", "x", "a0")
                .node("Identity", "a0", "b")
                .node("If", "c", "y", "then_branch", body, "else_branch", shadow)
                .output("y"));
    assertThat(operators(folded)).containsExactly("Abs", "If");
  }

  @Test
  void removesDropoutOfInference() {
    assertThat(operators(fold(new TestGraph(10).input("x", 2).node("Dropout", "x", "a").node("Relu", "a", "y").output("y"))))
        .containsExactly("Relu");
    assertThat(
            operators(
                fold(
                    new TestGraph(13)
                        .input("x", 2)
                        .floats("ratio", new int[0], 0.5f)
                        .constant("training", Tensor.ofBytes(DataType.BOOL, Shape.scalar(), (byte) 0))
                        .node("Relu", "x", "a")
                        .node("Dropout", "a,ratio,training", "y,mask")
                        .output("y"))))
        .containsExactly("Relu");
    assertThat(operators(fold(new TestGraph(13).input("x", 2).node("Dropout", "x", "y,mask").output("y", "mask"))))
        .containsExactly("Dropout");
  }

  @Test
  void leavesLargeResultsToTheRuntime() {
    Graph graph =
        new TestGraph(13)
            .input("x", 1)
            .longs("s", 1 << 20, 1 << 20, 1 << 20)
            .node("ConstantOfShape", "s", "huge")
            .longs("t", 1 << 30)
            .node("Tile", "one,t", "long")
            .floats("one", new int[] {1}, 1)
            .longs("e", 1 << 15, 1 << 15)
            .node("Expand", "one,e", "wide")
            .node("Sum", "x,huge,long,wide", "y")
            .output("y")
            .build();
    Graph folded = new ConstantFolder(evaluator).fold(graph);
    assertThat(operators(folded)).containsExactly("ConstantOfShape", "Tile", "Expand", "Sum");
  }

  @Test
  void keepsQuantizedConstantsQuantized() {
    Graph folded =
        fold(
            new TestGraph(13)
                .input("x", 2, 2)
                .constant("q", Tensor.ofBytes(DataType.INT8, Shape.of(2, 2), (byte) 1, (byte) 2, (byte) 3, (byte) 4))
                .floats("s", new int[0], 0.5f)
                .node("DequantizeLinear", "q,s", "w")
                .node("MatMul", "x,w", "y")
                .output("y"));
    assertThat(operators(folded)).containsExactly("DequantizeLinear", "MatMul");
  }

  @Test
  void doesNotRollDice() {
    Graph graph =
        new TestGraph(13)
            .input("x", 2)
            .longs("s", 2)
            .node("ConstantOfShape", "s", "zeros")
            .node("RandomUniformLike", "zeros", "dice")
            .node("Add", "x,dice", "y")
            .output("y")
            .build();
    assertThat(operators(new ConstantFolder(evaluator).fold(graph))).containsExactly("RandomUniformLike", "Add");
  }

  @Test
  void dropsWhatNothingNeeds() {
    Graph folded =
        fold(new TestGraph(13).input("x", 2).random("unused", 3).node("Neg", "x", "dead").node("Relu", "x", "y").output("y"));
    assertThat(operators(folded)).containsExactly("Relu");
    assertThat(folded.initializers()).isEmpty();
  }

  @Test
  void endsOnLongChains() {
    TestGraph graph = new TestGraph(13).input("x", 1).floats("c0", new int[] {1}, 1);
    for (int i = 0; i < 300; i++) {
      graph.node("Neg", "c" + i, "c" + (i + 1));
    }
    Graph folded = fold(graph.node("Add", "x,c300", "y").output("y"));
    assertThat(folded.nodes()).hasSizeLessThan(301);
  }

  @Test
  void returnsTheSameObjectWhereThereIsNothingToFold() {
    Graph graph = new TestGraph(13).input("x", 2).node("Relu", "x", "y").output("y").build();
    assertThat(new ConstantFolder(evaluator).fold(graph)).isSameAs(graph);
  }
}
