package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.onnx.OpsetUpgrader;
import io.bitloupe.onnx.TestGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLoaderTest {

  private static final Set<String> SHAPE_ARITHMETIC =
      Set.of(
          "Shape", "Gather", "Concat", "Slice", "Unsqueeze", "Cast", "Constant", "ConstantOfShape", "Equal", "Where", "Expand", "Identity");

  @TempDir Path folder;

  private Path write(TestGraph graph) {
    Path file = folder.resolve("model.onnx");
    OnnxWriter.write(graph.build(), file);
    return file;
  }

  private Model load(TestGraph graph) {
    return ModelLoader.load(write(graph));
  }

  private static Path sample(String name) {
    return Path.of("sample-models", name + ".onnx");
  }

  /** The largest difference between two graphs on the same inputs, over the largest value. */
  static double difference(Graph expected, Graph actual, Map<String, Tensor> inputs) {
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      Map<String, Tensor> want = evaluator.evaluate(expected, inputs, List.of());
      Map<String, Tensor> have = evaluator.evaluate(actual, inputs, List.of());
      assertThat(have.keySet()).isEqualTo(want.keySet()).isNotEmpty();
      double worst = 0;
      for (String name : want.keySet()) {
        float[] a = want.get(name).floats();
        float[] b = have.get(name).floats();
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < a.length; i++) {
          largest = Math.max(largest, Math.abs(a[i]));
          difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
        }
        worst = Math.max(worst, difference / largest);
      }
      return worst;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lenet-300-100, 266610, 3,  0, 266200,   6",
    "lenet-5,       431080, 4,  0, 2293000,  8",
    "mobilenetv2-mini, 145834, 26, 25, 7832400, 50",
    "resnet-14,     174410, 16, 15, 20183936, 37",
    "vgg-mini,      427434, 8,  0, 25286656, 19",
    "vit-tiny,      454858, 34, 0, 23596224, 139"
  })
  void loadsSamples(String name, long parameters, int layers, int folded, long macs, int nodes) {
    Model model = ModelLoader.load(sample(name));
    assertThat(model.parameters()).isEqualTo(parameters);
    assertThat(model.layers()).hasSize(layers);
    assertThat(model.macs()).isEqualTo(macs);
    assertThat(model.graph().nodes()).hasSize(nodes);
    assertThat(model.batchable()).isTrue();
    assertThat(model.sha256()).hasSize(64);
    assertThat(model.notes()).isEqualTo(folded == 0 ? List.of() : List.of(folded + " BatchNormalization folded into the layer before."));
    assertThat(model.graph().nodes()).noneMatch(node -> node.is("BatchNormalization") || node.is("Identity") || node.is("Constant"));
    assertThat(model.original().nodes().stream().filter(node -> node.is("BatchNormalization"))).hasSize(folded);
    assertThat(model.tensors().get("input")).isEqualTo(new TensorInfo("input", DataType.FLOAT, Shape.of(1, 1, 28, 28), true));
    assertThat(model.tensors().get("logits")).isEqualTo(new TensorInfo("logits", DataType.FLOAT, Shape.of(1, 10), true));
    assertThat(model.layers()).extracting(Layer::name).doesNotHaveDuplicates();
    for (Layer layer : model.layers()) {
      assertThat(model.layers().get(layer.index())).isSameAs(layer);
      assertThat(model.tensors()).containsKeys(layer.input(), layer.output());
      assertThat(model.graph().nodes()).contains(layer.node());
      layer.weight().ifPresent(weight -> assertThat(model.layerOfWeight(weight)).contains(layer));
    }
    Map<String, Tensor> inputs = TestGraph.randomInputs(model.graph(), 5, 11);
    assertThat(difference(model.original(), model.graph(), inputs)).isLessThan(1e-5);
    assertThat(difference(OnnxReader.read(sample(name)), model.original(), inputs)).isZero();
    assertThat(difference(OnnxReader.read(sample(name)), OpsetUpgrader.upgrade(model.original(), 21), inputs)).isLessThan(1e-5);
  }

  @Test
  void takesShapeArithmeticOutOfTheVisionTransformer() {
    Model model = ModelLoader.load(sample("vit-tiny"));
    assertThat(model.original().nodes()).anyMatch(node -> SHAPE_ARITHMETIC.contains(node.opType()));
    assertThat(model.graph().nodes()).noneMatch(node -> SHAPE_ARITHMETIC.contains(node.opType()));
    assertThat(model.graph().nodes())
        .filteredOn(node -> node.is("Reshape"))
        .allSatisfy(node -> assertThat(model.graph().isConstant(node.inputs().get(1))).isTrue());
    assertThat(model.layers().stream().filter(layer -> layer.kind() == LayerKind.ACTIVATION_MATMUL)).hasSize(8);
    assertThat(model.tensors().values().stream().filter(info -> !info.batched())).isEmpty();
  }

  @Test
  void countsDepthwiseLayers() {
    Model model = ModelLoader.load(sample("mobilenetv2-mini"));
    assertThat(model.layers().stream().filter(layer -> layer.kind() == LayerKind.DEPTHWISE_CONV)).hasSize(8);
    assertThat(model.layers().stream().filter(layer -> layer.output().contains("Clip"))).hasSize(17);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 9, 10, 11, 12})
  void upgradesOldOpsets(int opset) {
    TestGraph old =
        new TestGraph(opset)
            .input("x", -1, 3, 4, 4)
            .random("w", 5, 3, 3, 3)
            .node("Conv", "x,w", "c", "pads", new int[] {1, 1, 1, 1})
            .node("GlobalAveragePool", "c", "g")
            .node("Flatten", "g", "f")
            .node("Softmax", "f", "y")
            .output("y");
    if (opset < 11) {
      old.node("Clip", "c", "unused", "min", 0f, "max", 6f);
    }
    Model model = load(old);
    assertThat(model.original().opset()).isEqualTo(13);
    assertThat(model.notes()).containsExactly("Upgraded from opset " + opset + " to 13.");
    assertThat(model.graph().nodes()).extracting(Node::opType).containsExactly("Conv", "GlobalAveragePool", "Flatten", "Softmax");
    assertThat(difference(old.build(), model.graph(), TestGraph.randomInputs(old.build(), 3, 5))).isZero();
  }

  @Test
  void keepsNewerOpsets() {
    Model model = load(new TestGraph(22).input("x", -1, 3).random("w", 3, 2).node("MatMul", "x,w", "y").output("y"));
    assertThat(model.graph().opset()).isEqualTo(22);
    assertThat(model.layers()).hasSize(1);
  }

  @Test
  void loadsWhatHasNothingToQuantize() {
    Model model = load(new TestGraph(13).input("x", -1, 3).node("Relu", "x", "y").output("y"));
    assertThat(model.layers()).isEmpty();
    assertThat(model.macs()).isZero();
  }

  @Test
  void takesSeveralInputsAndOutputs() {
    Model model =
        load(
            new TestGraph(13)
                .input("a", -1, 3)
                .input("ids", DataType.INT64, -1, 4)
                .random("table", 10, 3)
                .node("Gather", "table,ids", "rows")
                .longs("one", 1)
                .node("ReduceSum", "rows,one", "sum", "keepdims", 0)
                .node("Add", "a,sum", "b")
                .random("w", 3, 3)
                .node("MatMul", "b,w", "y")
                .node("Relu", "b", "z")
                .output("y", "z"));
    assertThat(model.batchable()).isTrue();
    assertThat(model.tensors().keySet()).contains("a", "ids", "rows", "y", "z");
    assertThat(model.tensors().get("ids").shape()).isEqualTo(Shape.of(1, 4));
  }

  @Test
  void knowsWhatTakesOneSampleAtATime() {
    Model fixed = load(new TestGraph(13).input("x", 1, 3).random("w", 3, 2).node("MatMul", "x,w", "y").output("y"));
    assertThat(fixed.batchable()).isFalse();
    assertThat(fixed.tensors().get("y").batched()).isFalse();
    Model hardCoded =
        load(new TestGraph(13)
            .input("x", -1, 4)
            .longs("t", 1, 4)
            .node("Reshape", "x,t", "r")
            .random("w", 4, 2)
            .node("MatMul", "r,w", "y")
            .output("y"));
    assertThat(hardCoded.batchable()).isFalse();
    Model mixed =
        load(new TestGraph(13)
            .input("x", -1, 4)
            .node("Softmax", "x", "s", "axis", 0)
            .random("w", 4, 2)
            .node("MatMul", "s,w", "y")
            .output("y"));
    assertThat(mixed.batchable()).isFalse();
    Model sequenceFirst =
        load(
            new TestGraph(13)
                .input("x", -1, 5, 4)
                .node("Transpose", "x", "t", "perm", new int[] {1, 0, 2})
                .longs("rows", -1, 4)
                .node("Reshape", "t,rows", "r")
                .random("w", 4, 4)
                .node("MatMul", "r,w", "m")
                .longs("back", 5, -1, 4)
                .node("Reshape", "m,back", "b")
                .node("Transpose", "b", "y", "perm", new int[] {1, 0, 2})
                .output("y"));
    assertThat(sequenceFirst.batchable()).isTrue();
    assertThat(sequenceFirst.tensors().get("m").batched()).isFalse();
    assertThat(sequenceFirst.tensors().get("y").batched()).isTrue();
  }

  @Test
  void findsSizesForOpenDimensions() {
    Graph graph =
        new TestGraph(13)
            .input("x", 1, 3, 1, 1)
            .random("w", 4, 3, 3, 3)
            .node("Conv", "x,w", "c", "strides", new int[] {2, 2}, "pads", new int[] {1, 1, 1, 1})
            .node("Flatten", "c", "f")
            .random("v", 4 * 16 * 16, 2)
            .node("MatMul", "f,v", "y")
            .output("y")
            .build();
    List<Dimension> open = List.of(
        new Dimension.Symbolic("N"), new Dimension.Fixed(3), new Dimension.Symbolic("H"), new Dimension.Symbolic("W"));
    Path file = folder.resolve("open.onnx");
    OnnxWriter.write(
        new Graph(
            "",
            List.of(new ValueInfo("x", DataType.FLOAT, open)),
            graph.outputs(),
            graph.nodes(),
            graph.initializers(),
            graph.opsets(),
            Map.of()),
        file);
    Model model = ModelLoader.load(file);
    assertThat(model.tensors().get("x").shape()).isEqualTo(Shape.of(1, 3, 32, 32));
    assertThat(model.batchable()).isTrue();
  }

  /** A file may leave lengths open; they are those of the data then, not the ones that loading it tried. */
  @Test
  void isLaidOutForInputsOfOtherLengths() {
    Model tried =
        Lab.model(
            new TestGraph(17)
                .input("x", -1, -1, 8)
                .random("w", 8, 6)
                .random("v", 6, 4)
                .node("MatMul", "x,w", "a")
                .node("Softmax", "a", "s")
                .node("MatMul", "s,v", "y")
                .output("y")
                .build());
    assertThat(tried.tensor("y").shape()).isEqualTo(Shape.of(1, 16, 4));
    for (int length : new int[] {1, 5, 40}) {
      Model fitted = ModelLoader.fitted(tried, Map.of("x", TestGraph.randomTensor(1, 1, length, 8)));
      assertThat(fitted.tensor("y").shape()).isEqualTo(Shape.of(1, length, 4));
      assertThat(fitted.macs()).isEqualTo(length * (8 * 6 + 6 * 4));
      assertThat(fitted.notes()).singleElement().asString().contains("shapes and MACs").endsWith("= " + length + ".");
      VerificationResult result = Verification.verify(Lab.lower(fitted, Lab.bits(8, 8)), Lab.random(fitted, 6), 6, Progress.NONE);
      assertThat(result.faults()).isEmpty();
      assertThat(result.agreement()).isEqualTo(1);
    }
    assertThat(ModelLoader.fitted(tried, Map.of("x", TestGraph.randomTensor(1, 1, 16, 8)))).isSameAs(tried);
  }

  @Test
  void saysWhichLengthsItDoesNotTake() {
    Model model =
        Lab.model(new TestGraph(17).input("x", -1, 8, -1).random("w", 16, 4).node("MatMul", "x,w", "y").output("y").build());
    assertThatThrownBy(() -> ModelLoader.fitted(model, Map.of("x", TestGraph.randomTensor(1, 1, 8, 5))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not run on inputs of the sizes that the data has: ");
  }

  @Test
  void tellsTwoDimensionsOfOneNameApart() {
    List<Dimension> square = List.of(new Dimension.Symbolic("batch"), new Dimension.Symbolic("batch"));
    Graph graph =
        new TestGraph(13)
            .input("ids", DataType.INT64, 1, 1)
            .random("table", 10, 3)
            .node("Gather", "table,ids", "rows")
            .random("w", 3, 3)
            .node("MatMul", "rows,w", "y")
            .output("y")
            .build();
    Path file = folder.resolve("square.onnx");
    OnnxWriter.write(
        new Graph(
            "",
            List.of(new ValueInfo("ids", DataType.INT64, square)),
            graph.outputs(),
            graph.nodes(),
            graph.initializers(),
            graph.opsets(),
            Map.of()),
        file);
    Model model = ModelLoader.load(file);
    assertThat(model.tensors().get("y").shape()).isEqualTo(Shape.of(1, 16, 3));
    assertThat(model.batchable()).isTrue();
  }

  @Test
  void findsShapesInPartsWhereMemoryIsShort() {
    Graph graph = OnnxReader.read(sample("lenet-5"));
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      Sizes sizes = Sizes.find(graph, evaluator);
      assertThat(sizes.bytes()).isBetween(50_000L, 500_000L);
      Map<String, TensorInfo> whole = TensorShapes.find(graph, evaluator, sizes);
      assertThat(TensorShapes.find(graph, evaluator, new Sizes(sizes.probes(), true, 1L << 30))).isEqualTo(whole).hasSize(9);
    }
  }

  @Test
  void carriesControlFlowAlong() {
    Graph then = TestGraph.body().node("MatMul", "x,w", "t").output(DataType.FLOAT, "t").build();
    Graph otherwise = TestGraph.body().node("Relu", "x", "e").output(DataType.FLOAT, "e").build();
    Model model =
        load(
            new TestGraph(13)
                .input("c", DataType.BOOL)
                .input("x", 2, 3)
                .random("w", 3, 3)
                .node("If", "c", "i", "then_branch", then, "else_branch", otherwise)
                .random("v", 3, 3)
                .node("MatMul", "i,v", "y")
                .output("y"));
    assertThat(model.layers()).hasSize(1);
    assertThat(model.notes()).anySatisfy(note -> assertThat(note).contains("If", "1 MatMul"));
    assertThat(model.graph().nodes().getFirst().attributes().get("then_branch")).isEqualTo(new Attribute.GraphValue(then));
  }

  @Test
  void readsStoredStatisticsOfModelsInTrainingMode() {
    Model model =
        load(
            new TestGraph(14)
                .input("x", -1, 2, 3)
                .random("w", 2, 2, 1)
                .floats("one", new int[] {2}, 1, 1)
                .node("Conv", "x,w", "c")
                .node("BatchNormalization", "c,one,one,one,one", "y,m,v", "training_mode", 1)
                .output("y"));
    assertThat(model.graph().nodes()).extracting(Node::opType).containsExactly("Conv");
    assertThat(model.notes()).first().asString().contains("training mode");
  }

  private static Arguments hostile(String name, TestGraph graph, String reason) {
    return Arguments.of(name, graph, reason);
  }

  static Stream<Arguments> hostileGraphs() {
    return Stream.of(
        hostile("unknown operator", new TestGraph(13).input("x", 2).node("Teleport", "x", "y").output("y"), "Teleport"),
        hostile(
            "operator of another domain",
            new TestGraph(13).domain("ai.onnx.contrib", 1).input("x", 2).nodeIn("ai.onnx.contrib", "Tokenizer", "x", "y").output("y"),
            "The operator Tokenizer of the domain ai.onnx.contrib is none that ONNX Runtime has."),
        hostile(
            "operator of another domain in a body",
            new TestGraph(13)
                .input("c", DataType.BOOL)
                .input("x", 2)
                .node(
                    "If", "c", "y",
                    "then_branch", TestGraph.body().nodeIn("evil", "Op", "x", "t").output(DataType.FLOAT, "t").build(),
                    "else_branch", TestGraph.body().node("Relu", "x", "e").output(DataType.FLOAT, "e").build())
                .output("y"),
            "The operator Op of the domain evil"),
        hostile("weights of the wrong type", new TestGraph(13)
            .input("x", 1, 1, 3, 3)
            .constant("w", Tensor.ofLongs(Shape.of(1, 1, 1, 1), 1))
            .node("Conv", "x,w", "y")
            .output("y"), "Conv"),
        hostile("shapes that do not fit", new TestGraph(13)
            .input("x", -1, 3)
            .random("w", 4, 2)
            .node("MatMul", "x,w", "y")
            .output("y"), "MatMul"),
        hostile(
            "NaN weights",
            new TestGraph(13).input("x", -1, 2).floats("w", new int[] {2, 1}, 1, Float.NaN).node("MatMul", "x,w", "y").output("y"),
            "the tensor 'w' of the MatMul node 'matmul_y' holds NaN at element 1."),
        hostile(
            "infinite weights",
            new TestGraph(13)
                .input("x", -1, 2)
                .floats("w", new int[] {2, 1}, Float.NEGATIVE_INFINITY, 0)
                .node("MatMul", "x,w", "y")
                .output("y"),
            "the tensor 'w' of the MatMul node 'matmul_y' holds an infinity at element 0."),
        hostile(
            "NaN in a Constant",
            new TestGraph(13)
                .input("x", -1, 2)
                .node("Constant", "", "w", "value", Tensor.ofFloats(Shape.of(2, 1), Float.NaN, 0))
                .node("Gemm", "x,w", "y")
                .output("y"),
            "the tensor 'w' of the Gemm node"),
        hostile(
            "NaN statistics",
            new TestGraph(13)
                .input("x", -1, 1, 2)
                .floats("s", new int[] {1}, 1)
                .floats("v", new int[] {1}, Float.NaN)
                .node("BatchNormalization", "x,s,s,s,v", "y")
                .output("y"),
            "the tensor 'v' of the BatchNormalization node"),
        hostile(
            "negative variance",
            new TestGraph(13)
                .input("x", -1, 1, 2)
                .floats("s", new int[] {1}, 1)
                .floats("v", new int[] {1}, -1)
                .node("BatchNormalization", "x,s,s,s,v", "y")
                .output("y"),
            "variance is -1.0"),
        hostile(
            "NaN added to activations",
            new TestGraph(13).input("x", -1, 2).floats("k", new int[] {2}, Float.NaN, 0).node("Add", "x,k", "y").output("y"),
            "the tensor 'k' holds NaN"),
        hostile(
            "operands that end the process: groups",
            new TestGraph(13).input("x", 1, 2, 5, 5).random("w", 2, 2, 3, 3).node("ConvTranspose", "x,w", "y", "group", 0).output("y"),
            "the ConvTranspose node 'convtranspose_y' has 0 groups."),
        hostile(
            "operands that end the process: kernel",
            new TestGraph(13)
                .input("x", 1, 2, 5, 5)
                .random("w", 2, 2, 3, 3)
                .node("Conv", "x,w", "y", "kernel_shape", new long[] {Long.MAX_VALUE, 3})
                .output("y"),
            "weights of shape 2×2×3×3, but the kernel shape [9223372036854775807, 3]."),
        hostile(
            "operands that end the process: axis",
            new TestGraph(17).input("x", 2, 2).random("s", 2).node("LayerNormalization", "x,s", "y", "axis", Long.MAX_VALUE).output("y"),
            "impossible axis 9223372036854775807."),
        hostile(
            "operands that end the process: scan",
            new TestGraph(13)
                .input("x", 2, 2)
                .node("Scan", "x", "y", "num_scan_inputs", Integer.MAX_VALUE, "body", TestGraph.body().build())
                .output("y"),
            "claims to scan 2147483647 inputs"),
        hostile(
            "operands that end the process: division",
            new TestGraph(13).longs("a", Long.MIN_VALUE).longs("b", -1).node("Div", "a,b", "y").output("y"),
            "divides -9223372036854775808"),
        hostile(
            "operands that end the process: remainder in a body",
            new TestGraph(13)
                .input("c", DataType.BOOL)
                .longs("a", Long.MIN_VALUE)
                .longs("b", -1)
                .node(
                    "If", "c", "y",
                    "then_branch", TestGraph.body().node("Mod", "a,b", "t").output(DataType.INT64, "t").build(),
                    "else_branch", TestGraph.body().node("Identity", "b", "e").output(DataType.INT64, "e").build())
                .output("y"),
            "the Mod node"),
        hostile(
            "operands that end the process: window",
            new TestGraph(17)
                .input("x", 1, 16, 1)
                .constant("step", Tensor.ofLongs(Shape.scalar(), 1))
                .node("Constant", "", "length", "value_int", 0)
                .node("STFT", "x,step,,length", "y")
                .output("y"),
            "impossible operand 0"),
        hostile(
            "operands that end the process: diagonal",
            new TestGraph(14)
                .input("x", 4, 4)
                .constant("k", Tensor.ofLongs(Shape.scalar(), Long.MIN_VALUE))
                .node("Trilu", "x,k", "y")
                .output("y"),
            "the Trilu node"),
        hostile(
            "a tensor beyond memory",
            new TestGraph(13)
                .input("x", 1)
                .longs("s", 1 << 20, 1 << 20)
                .node("Expand", "x,s", "huge")
                .node("ReduceMax", "huge", "y")
                .output("y"),
            "with the tensor 'huge' it would take 4096.0 GB for one sample."),
        hostile(
            "a constant beyond memory",
            new TestGraph(13)
                .input("x", 1)
                .longs("s", 1 << 20, 1 << 20)
                .node("ConstantOfShape", "s", "huge")
                .node("ReduceMax", "huge", "m")
                .node("Add", "x,m", "y")
                .output("y"),
            "with the tensor 'huge' it would take 4096.0 GB for one sample."),
        hostile(
            "a batch padded beyond memory",
            new TestGraph(13)
                .input("x", -1, 16, 32, 32)
                .longs("p", 1 << 20, 0, 0, 0, 0, 0, 0, 0)
                .node("Pad", "x,p", "huge")
                .node("ReduceMax", "huge", "y")
                .output("y"),
            "with the tensor 'huge'"),
        hostile("a huge input", new TestGraph(13).input("x", 1 << 15, 1 << 15).node("Relu", "x", "y").output("y"), "'x' has more elements"),
        hostile("an impossible input", new TestGraph(13)
            .input("x", 1 << 30, 1 << 30, 1 << 30)
            .node("Relu", "x", "y")
            .output("y"), "'x' has more elements"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileGraphs")
  void refusesWithOneSentence(String name, TestGraph graph, String reason) {
    Path file = write(graph);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(90),
        () ->
            assertThatThrownBy(() -> ModelLoader.load(file))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason)
                .satisfies(
                    e ->
                        assertThat(e.getMessage())
                            .startsWith("model.onnx cannot be used: ")
                            .endsWith(".")
                            .doesNotContain("\n")
                            .hasSizeLessThan(450)));
  }

  @Test
  void allowsInfinityWhereItMeansSomething() {
    Model model =
        load(
            new TestGraph(13)
                .input("x", -1, 2)
                .floats("mask", new int[] {2}, 0, Float.NEGATIVE_INFINITY)
                .floats("upper", new int[0], Float.POSITIVE_INFINITY)
                .node("Clip", "x,,upper", "c")
                .node("Add", "c,mask", "a")
                .node("Softmax", "a", "y")
                .output("y"));
    assertThat(model.graph().nodes()).hasSize(3);
  }

  @Test
  void refusesWhatIsNoModelAtAll() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
    assertThatThrownBy(() -> ModelLoader.load(text)).hasMessage("notes.txt cannot be used: it is a text file, not an ONNX model.");
  }
}
