package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.exec.OrtEvaluator;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShapeSimplifierTest {

  private final OrtEvaluator evaluator = new OrtEvaluator();

  @AfterEach
  void close() {
    evaluator.close();
  }

  private Graph simplify(Graph graph) {
    List<Probe> probes = new ArrayList<>();
    for (int batch = 1; batch <= 3; batch++) {
      probes.add(new Probe(batch, true, TestGraph.randomInputs(graph, batch, 1)));
    }
    Graph simplified = new ShapeSimplifier(evaluator).simplify(graph, probes);
    Map<String, Tensor> five = TestGraph.randomInputs(graph, 5, 2);
    assertThat(evaluator.evaluate(simplified, five, List.of())).isEqualTo(evaluator.evaluate(graph, five, List.of()));
    return simplified;
  }

  private static List<String> operators(Graph graph) {
    return graph.nodes().stream().map(Node::opType).toList();
  }

  /** The way in which PyTorch flattens: Shape, Gather, Concat, Reshape. */
  private static TestGraph flatten(String... parts) {
    TestGraph graph =
        new TestGraph(13)
            .input("x", -1, 3, 4)
            .node("Shape", "x", "shape")
            .longs("i0", 0)
            .longs("i1", 1)
            .longs("i2", 2)
            .longs("minus", -1)
            .longs("twelve", 12)
            .node("Gather", "shape,i0", "n")
            .node("Gather", "shape,i1", "c")
            .node("Gather", "shape,i2", "w");
    return graph.node("Concat", String.join(",", parts), "target", "axis", 0).node("Reshape", "x,target", "y").output("y");
  }

  private static long[] target(Graph graph) {
    return graph.constant(graph.nodes().getLast().inputs().get(1)).integers();
  }

  @Test
  void takesOverTheBatch() {
    Graph simplified = simplify(flatten("n", "twelve").build());
    assertThat(operators(simplified)).containsExactly("Reshape");
    assertThat(target(simplified)).containsExactly(0, 12);
  }

  @Test
  void takesOverTheBatchBesideAnInferredDimension() {
    assertThat(target(simplify(flatten("n", "minus").build()))).containsExactly(0, -1);
  }

  @Test
  void makesConstantWhatIsTheSameForEveryBatch() {
    assertThat(target(simplify(flatten("minus", "w", "c").build()))).containsExactly(-1, 4, 3);
  }

  @Test
  void infersABatchThatMoved() {
    assertThat(target(simplify(flatten("twelve", "n").build()))).containsExactly(12, -1);
  }

  @Test
  void infersABatchThatMergedWithAnAxis() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3, 4)
            .node("Shape", "x", "shape")
            .longs("i0", 0)
            .longs("three", 3)
            .longs("four", 4)
            .node("Gather", "shape,i0", "n")
            .node("Mul", "n,three", "rows")
            .node("Concat", "rows,four", "target", "axis", 0)
            .node("Reshape", "x,target", "y")
            .output("y")
            .build();
    assertThat(target(simplify(graph))).containsExactly(-1, 4);
  }

  @Test
  void makesRealNumbersOfShapesConstant() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3, 4)
            .node("Shape", "x", "shape")
            .longs("i2", 2)
            .node("Gather", "shape,i2", "w")
            .node("Cast", "w", "real", "to", 1)
            .node("Sqrt", "real", "root")
            .node("Div", "x,root", "y")
            .output("y")
            .build();
    Graph simplified = simplify(graph);
    assertThat(operators(simplified)).containsExactly("Div");
    assertThat(simplified.constant("root").floats()).containsExactly(2);
  }

  @Test
  void leavesWhatGrowsWithTheBatch() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3)
            .node("Shape", "x", "shape")
            .node("ConstantOfShape", "shape", "zeros")
            .node("Add", "x,zeros", "y")
            .output("y")
            .build();
    assertThat(operators(simplify(graph))).containsExactly("Shape", "ConstantOfShape", "Add");
  }

  @Test
  void doesNotTakeValuesForShapes() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 4)
            .node("NonZero", "x", "places")
            .node("Shape", "places", "shape")
            .longs("i1", 1)
            .node("Gather", "shape,i1", "count")
            .node("Cast", "count", "real", "to", 1)
            .node("Add", "x,real", "y")
            .output("y")
            .build();
    assertThat(ShapeTaint.shapeOnly(graph)).doesNotContain("count", "real");
    assertThat(simplify(graph)).isEqualTo(graph);
    Graph argMax =
        new TestGraph(13)
            .input("x", -1, 4)
            .node("ArgMax", "x", "i", "axis", 1)
            .node("Cast", "i", "r", "to", 1)
            .node("Add", "x,r", "y")
            .output("y")
            .build();
    assertThat(ShapeTaint.shapeOnly(argMax)).isEmpty();
    assertThat(ShapeSimplifier.applies(argMax)).isFalse();
  }

  @Test
  void doesNotTrustShapesBehindControlFlow() {
    Graph body = TestGraph.body().node("Relu", "x", "r").output(DataType.FLOAT, "r").build();
    Graph graph =
        new TestGraph(13)
            .input("c", DataType.BOOL)
            .input("x", -1, 4)
            .node("If", "c", "z", "then_branch", body, "else_branch", body)
            .node("Shape", "z", "shape")
            .node("Reshape", "z,shape", "y")
            .output("y")
            .build();
    assertThat(ShapeTaint.shapeOnly(graph)).isEmpty();
  }

  @Test
  void leavesOtherOpenDimensionsOpen() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3, 4)
            .node("Shape", "x", "shape")
            .longs("i2", 2)
            .node("Gather", "shape,i2", "w")
            .node("Cast", "w", "real", "to", 1)
            .node("Div", "x,real", "y")
            .output("y")
            .build();
    List<Probe> probes =
        List.of(
            new Probe(1, true, Map.of("x", TestGraph.randomTensor(1, 1, 3, 4))),
            new Probe(1, false, Map.of("x", TestGraph.randomTensor(1, 1, 3, 5))));
    Graph open = new Graph("", List.of(open(graph)), graph.outputs(), graph.nodes(), graph.initializers(), graph.opsets(), Map.of());
    assertThat(operators(new ShapeSimplifier(evaluator).simplify(open, probes))).contains("Shape", "Gather", "Cast");
  }

  private static ValueInfo open(Graph graph) {
    Dimension symbolic = new Dimension.Symbolic("S");
    return new ValueInfo(graph.inputs().getFirst().name(), DataType.FLOAT, List.of(symbolic, symbolic, symbolic));
  }

  @Test
  void simplifiesSplitShapes() {
    Graph graph =
        new TestGraph(13)
            .input("x", -1, 3, 4)
            .node("Shape", "x", "shape")
            .node("Split", "shape", "a,b,c", "axis", 0)
            .node("Concat", "a,c,b", "target", "axis", 0)
            .node("Reshape", "x,target", "y")
            .output("y")
            .build();
    Graph simplified = simplify(graph);
    assertThat(operators(simplified)).containsExactly("Reshape");
    assertThat(target(simplified)).containsExactly(0, 4, 3);
  }

  @Test
  void keepsShapesThatAreResults() {
    Graph graph = new TestGraph(13).input("x", 2, 3).node("Shape", "x", "y").output("y").build();
    assertThat(simplify(graph).initializers()).isEmpty();
    assertThat(evaluator.evaluate(simplify(graph), TestGraph.randomInputs(graph, 1, 1), List.of()).get("y"))
        .isEqualTo(Tensor.ofLongs(Shape.of(2), 2, 3));
  }
}
