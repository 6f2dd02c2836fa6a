package io.bitloupe.exec.integer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.NodeTestFiles;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.Moves;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.TensorQuantizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * ONNX's own node tests (Debian's libonnx-testdata) for every operator that Bitloupe runs itself. The folder is the system property
 * {@code onnx.testdata}; where it is missing, this fails.
 */
@Tag("conformance")
class OnnxConformanceTest {

  private static final Path NODES =
      Path.of(System.getProperty("onnx.testdata", "/usr/share/libonnx-testdata")).resolve("data").resolve("node");

  /** Operators with an integer step, and Relu and Clip, which become clamps. */
  private static final Set<String> OPERATORS =
      Set.of(
          "Conv", "Gemm", "MatMul", "Add", "Mul", "Relu", "Clip", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool", "Concat",
          "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Pad");

  /** The folders of tests of these operators, and of the quantization operators. */
  private static final Pattern WANTED =
      Pattern.compile(
          "^test_(basic_conv|conv_|gemm|matmul|add|mul|relu|clip|averagepool|globalaveragepool|globalmaxpool|maxpool|concat|reshape|"
              + "flatten|squeeze|unsqueeze|transpose|slice|constant_pad)|quantizelinear|qlinear|convinteger");

  private static final int QUANTIZATION_TESTS = 17;
  private static final int INTEGER_TESTS = 114;

  /** Tests of a form that has no integer step and runs in ONNX Runtime: five dimensions, a border other than 0, a bias matrix ... */
  private static final List<String> WITHOUT_INTEGER_FORM =
      List.of(
          "averagepool_3d_default",
          "maxpool_3d_default",
          "constant_pad",
          "gemm_all_attributes",
          "gemm_default_matrix_bias",
          "gemm_transposeA");

  /** Of the greatest output: inputs, weights and output are each rounded to one of some 255 codes. */
  private static final float TOLERANCE = 0.03f;

  /** One test of the collection. */
  private record Case(String name, Graph graph, Map<String, Tensor> inputs, List<Tensor> outputs) {

    Node node() {
      return graph.nodes().getFirst();
    }

    Tensor input(int index) {
      return inputs.get(node().inputs().get(index));
    }
  }

  private static List<Case> cases() {
    assertThat(NODES).as("ONNX's node tests; install libonnx-testdata or say -Donnx.testdata=FOLDER").isDirectory();
    try (Stream<Path> folders = Files.list(NODES)) {
      return folders
          .filter(folder -> WANTED.matcher(String.valueOf(folder.getFileName())).find())
          .filter(folder -> Files.exists(folder.resolve("test_data_set_0/output_0.pb")))
          .sorted()
          .map(OnnxConformanceTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case read(Path folder) {
    String name = String.valueOf(folder.getFileName());
    Graph graph = NodeTestFiles.graph(folder.resolve("model.onnx"));
    Path data = folder.resolve("test_data_set_0");
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      inputs.put(graph.inputs().get(i).name(), NodeTestFiles.tensor(data.resolve("input_%d.pb".formatted(i))));
    }
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      outputs.add(NodeTestFiles.tensor(data.resolve("output_%d.pb".formatted(i))));
    }
    return new Case(name, graph, inputs, outputs);
  }

  // The quantization operators, by the definitions that everything here computes with.

  @Test
  void quantizationOperators() {
    List<String> passed = new ArrayList<>();
    for (Case test : cases()) {
      if (test.name().contains("quantizelinear") || test.name().contains("qlinear") || test.name().contains("integer")) {
        check(test);
        passed.add(test.name());
      }
    }
    System.out.printf("ONNX node tests of quantization: %d of %d pass%n", passed.size(), QUANTIZATION_TESTS);
    assertThat(passed).hasSize(QUANTIZATION_TESTS);
  }

  private static void check(Case test) {
    if (test.name().startsWith("test_dynamicquantizelinear")) {
      dynamic(test);
      return;
    }
    switch (test.node().opType()) {
      case "QuantizeLinear" -> {
        QuantParams params = params(test, 1, 2, test.input(0).shape());
        assertCodes(test, TensorQuantizer.quantize(test.input(0), params).codes(), 0);
      }
      case "DequantizeLinear" -> {
        CodeTensor codes = codes(test.input(0), params(test, 1, 2, test.input(0).shape()));
        assertThat(TensorQuantizer.dequantize(codes)).as(test.name()).isEqualTo(test.outputs().getFirst().floats());
      }
      case "QLinearConv" ->
          step(test, new OneStep("Conv"), codes(test.input(0), params(test, 1, 2, Shape.scalar())),
              codes(test.input(3), params(test, 4, 5, Shape.scalar())), params(test, 6, 7, Shape.scalar()), true);
      case "QLinearMatMul" ->
          step(test, new OneStep("MatMul"), codes(test.input(0), params(test, 1, 2, Shape.scalar())),
              codes(test.input(3), params(test, 4, 5, Shape.scalar())), params(test, 6, 7, Shape.scalar()), false);
      case "ConvInteger" -> step(test, window(test), unit(test, 0, 2), unit(test, 1, 3), sums(), true);
      case "MatMulInteger" -> step(test, new OneStep("MatMul"), unit(test, 0, 2), unit(test, 1, 3), sums(), false);
      default -> throw new AssertionError(test.name());
    }
  }

  /** Sums in 16 bits: a scale of 1 makes the code the sum itself, as long as it is no larger. */
  private static QuantParams sums() {
    return QuantParams.perTensor(new IntegerFormat(16, true, Scheme.ASYMMETRIC), new Affine(1, 0));
  }

  private static OneStep window(Case test) {
    int[] pads = test.node().intsAttribute("pads", 0, 0, 0, 0);
    return new OneStep("Conv")
        .attribute("pads", pads[0], pads[1], pads[2], pads[3])
        .attribute("strides", 1, 1)
        .attribute("dilations", 1, 1)
        .attribute("group", 1);
  }

  private static CodeTensor unit(Case test, int codes, int zeroPoint) {
    int zero = test.node().inputs().size() > zeroPoint ? (int) test.input(zeroPoint).integers()[0] : 0;
    return codes(test.input(codes), QuantParams.perTensor(format(test.input(codes).type()), new Affine(1, zero)));
  }

  private static void step(Case test, OneStep builder, CodeTensor left, CodeTensor right, QuantParams output, boolean constant) {
    builder.activation(left.params(), left.shape().toArray());
    if (constant) {
      builder.constant(right);
      if (test.node().opType().equals("QLinearConv")) {
        builder.attribute("pads", 0, 0, 0, 0).attribute("strides", 1, 1).attribute("dilations", 1, 1).attribute("group", 1);
      }
    } else {
      builder.activation(right.params(), right.shape().toArray());
    }
    LoweredGraph lowered = builder.build(output, test.outputs().getFirst().shape().toArray());
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      List<CodeTensor> inputs = constant ? List.of(left) : List.of(left, right);
      assertCodes(test, runtime.execute(OneStep.step(lowered), inputs, 1).codes(), 0);
    }
  }

  private static void dynamic(Case test) {
    float[] values = test.inputs().values().iterator().next().floats();
    float min = 0;
    float max = 0;
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    IntegerFormat format = IntegerFormat.activations(8);
    Affine affine = Affine.of(new Range(min, max), format);
    assertThat(affine.scale()).as(test.name())
        .isCloseTo(test.outputs().get(1).floats()[0], Percentage.withPercentage(1e-4));
    assertThat(affine.zeroPoint()).as(test.name()).isEqualTo((int) test.outputs().get(2).integers()[0]);
    Shape shape = Shape.of(values.length);
    assertCodes(test, TensorQuantizer.quantize(values, shape, QuantParams.perTensor(format, affine)).codes(), 0);
  }

  private static void assertCodes(Case test, Codes actual, int output) {
    assertThat(integers(actual)).as(test.name()).isNotEmpty().containsExactly(test.outputs().get(output).integers());
  }

  private static long[] integers(Codes codes) {
    return IntStream.range(0, codes.length()).mapToLong(codes::get).toArray();
  }

  private static IntegerFormat format(DataType type) {
    return new IntegerFormat(8, type == DataType.INT8, Scheme.ASYMMETRIC);
  }

  private static QuantParams params(Case test, int scale, int zeroPoint, Shape shape) {
    float[] scales = test.input(scale).floats();
    long[] zeroPoints = test.input(zeroPoint).integers();
    List<Affine> affine = new ArrayList<>();
    for (int i = 0; i < scales.length; i++) {
      affine.add(new Affine(scales[i], (int) zeroPoints[i]));
    }
    IntegerFormat format = format(test.input(zeroPoint).type());
    int axis = (int) test.node().intAttribute("axis", 1);
    return scales.length == 1 || shape.rank() == 0
        ? QuantParams.perTensor(format, affine.getFirst())
        : new QuantParams(format, Granularity.CHANNEL, axis, affine);
  }

  private static CodeTensor codes(Tensor tensor, QuantParams params) {
    return new CodeTensor(tensor.shape(), params, new Codes.Bytes(tensor.bytes(), params.format().signed()));
  }

  // Float operators, quantized to 8 bits and run on integers.

  @Test
  void operatorsWithAnIntegerForm() {
    List<String> passed = new ArrayList<>();
    List<String> inFloat = new ArrayList<>();
    for (Case test : cases()) {
      boolean single = test.graph().nodes().size() == 1 && !test.inputs().isEmpty() && OPERATORS.contains(test.node().opType());
      if (single && test.outputs().size() == 1 && test.outputs().getFirst().type() == DataType.FLOAT) {
        (runs(test) ? passed : inFloat).add(test.name().substring("test_".length()));
      }
    }
    System.out.printf("ONNX node tests of operators with an integer form: %d of %d pass, %s run in float%n",
        passed.size(), passed.size() + inFloat.size(), inFloat);
    assertThat(passed).hasSize(INTEGER_TESTS);
    assertThat(inFloat).containsExactlyInAnyOrderElementsOf(WITHOUT_INTEGER_FORM);
  }

  /** Runs a test on integers where there is an integer form of it, and compares. */
  private static boolean runs(Case test) {
    Map<String, Tensor> constants = new HashMap<>(test.graph().initializers());
    Map<String, Tensor> fed = new HashMap<>();
    for (int i = 0; i < test.node().inputs().size(); i++) {
      String name = test.node().inputs().get(i);
      Tensor value = test.inputs().get(name);
      if (value != null) {
        boolean operand = i == 0 || Set.of("Add", "Mul", "MatMul", "Concat").contains(test.node().opType());
        (operand && value.type() == DataType.FLOAT ? fed : constants).put(name, value);
      }
    }
    List<ValueInfo> inputs = test.graph().inputs().stream().filter(input -> fed.containsKey(input.name())).toList();
    String result = test.graph().outputs().getFirst().name();
    boolean move = Moves.OPERATORS.contains(test.node().opType());
    List<Node> nodes = new ArrayList<>(test.graph().nodes());
    if (move) {
      // What only moves values runs on codes where something computes with them.
      nodes.add(Node.of("reader", "Add", List.of(result, result), List.of("read"), Map.of()));
    }
    ValueInfo read = new ValueInfo(move ? "read" : result, DataType.FLOAT, List.of());
    Model model = Lab.model(new Graph("node", inputs, List.of(read), nodes, constants, test.graph().opsets(), Map.of()));
    LoweredGraph lowered = Lowering.lower(model, ConfigResolver.resolve(Lab.bits(8, 8), model, Lab.calibrate(model, new OneSample(fed))));
    Optional<IntegerStep> step = lowered.integerSteps().stream().filter(any -> any.output().equals(result)).findFirst();
    if (step.isEmpty()) {
      return false;
    }
    List<CodeTensor> written = new ArrayList<>();
    StepObserver observer =
        new StepObserver() {
          @Override
          public void onCodes(IntegerStep observed, CodeTensor output) {
            if (observed.equals(step.get())) {
              written.add(output);
            }
          }
        };
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      runtime.run(fed, 1, observer);
    }
    assertThat(written).as(test.name()).hasSize(1);
    Tensor expected = test.outputs().getFirst();
    CodeTensor actual = written.getFirst();
    assertThat(actual.shape().elements()).as(test.name()).isEqualTo(expected.shape().elements());
    if (move) {
      assertThat(integers(actual.codes())).as(test.name())
          .containsExactly(integers(TensorQuantizer.quantize(expected, lowered.params(result)).codes()));
    } else {
      Offset<Float> tolerance = Offset.offset(TOLERANCE * magnitude(expected.floats()));
      float[] values = TensorQuantizer.dequantize(actual);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).as("%s[%d]", test.name(), i).isCloseTo(expected.floats()[i], tolerance);
      }
    }
    return true;
  }

  private static float magnitude(float[] values) {
    float greatest = Float.MIN_NORMAL;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }

  private record OneSample(Map<String, Tensor> inputs) implements Dataset {

    @Override
    public String name() {
      return "one sample";
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public boolean hasLabels() {
      return false;
    }

    @Override
    public Batch batch(int first, int count) {
      return new Batch(0, 1, inputs, new int[0]);
    }

    @Override
    public String digest() {
      return "one";
    }

    @Override
    public List<String> skipped() {
      return List.of();
    }
  }
}
