package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.export.Imported;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.StoredCodes;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Integer operators that files hold, one by one: what was read computes what ONNX Runtime computes with the file. */
class QuantizedOperatorsTest {

  private static final float STEP = 0.05f;
  private static final float OUTPUT_STEP = 0.07f;
  private static final int ZERO = 100;
  private static final Set<String> PRODUCTS = Set.of("QLinearConv", "QLinearConv, unsigned weights", "QLinearMatMul", "QGemm");

  /** x, of N x 2 x 6 x 6 or N x 6 numbers, as codes {@code xq}; S and Z of x and y. */
  private static TestGraph codes(int... sizes) {
    return new TestGraph(17)
        .domain("com.microsoft", 1)
        .input("x", sizes)
        .floats("s", new int[0], STEP)
        .constant("z", unsigned(ZERO))
        .floats("sy", new int[0], OUTPUT_STEP)
        .constant("zy", unsigned(90))
        .node("QuantizeLinear", "x,s,z", "xq");
  }

  private static Tensor unsigned(int value) {
    return Tensor.ofBytes(DataType.UINT8, Shape.scalar(), (byte) value);
  }

  /** The numbers of {@code yq} as y. */
  private static Graph result(TestGraph graph) {
    return graph.node("DequantizeLinear", "yq,sy,zy", "y").output("y").build();
  }

  /** Codes that only moved have the scale of x. */
  private static Graph moved(TestGraph graph) {
    return graph.node("DequantizeLinear", "yq,s,z", "y").output("y").build();
  }

  private static byte[] ramp(int count, int bound) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) (i * 7 % (2 * bound + 1) - bound);
    }
    return values;
  }

  private static byte[] shifted(byte[] values) {
    byte[] shifted = values.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += (byte) 128;
    }
    return shifted;
  }

  private static Graph file(String operator) {
    TestGraph image = codes(-1, 2, 6, 6);
    TestGraph row = codes(-1, 6);
    return switch (operator) {
      case "QLinearConv" -> result(
          image.constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(3, 2, 3, 3), ramp(54, 127)))
              .floats("sw", new int[] {3}, 0.01f, 0.02f, 0.005f)
              .constant("zw", Tensor.ofBytes(DataType.INT8, Shape.of(3), new byte[3]))
              .constant("b", Tensor.ofInts(Shape.of(3), 400, -300, 20))
              .node("QLinearConv", "xq,s,z,w,sw,zw,sy,zy,b", "yq", "pads", new int[] {1, 1, 1, 1}));
      case "QLinearConv, unsigned weights" -> result(
          image.constant("w", Tensor.ofBytes(DataType.UINT8, Shape.of(3, 2, 1, 1), shifted(ramp(6, 127))))
              .floats("sw", new int[0], 0.01f)
              .constant("zw", unsigned(128))
              .node("QLinearConv", "xq,s,z,w,sw,zw,sy,zy", "yq"));
      case "QLinearMatMul" -> result(
          row.constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(6, 4), ramp(24, 127)))
              .floats("sw", new int[] {4}, 0.01f, 0.02f, 0.005f, 0.01f)
              .constant("zw", Tensor.ofBytes(DataType.INT8, Shape.of(4), new byte[4]))
              .node("QLinearMatMul", "xq,s,z,w,sw,zw,sy,zy", "yq"));
      case "QGemm" -> result(
          row.constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(4, 6), ramp(24, 100)))
              .floats("sw", new int[0], 0.01f)
              .constant("zw", Tensor.ofBytes(DataType.INT8, Shape.scalar(), (byte) 0))
              .constant("b", Tensor.ofInts(Shape.of(4), 100, -300, 20, 0))
              .nodeIn("com.microsoft", "QGemm", "xq,s,z,w,sw,zw,b,sy,zy", "yq", "transB", 1));
      case "QLinearAdd", "QLinearMul" -> result(row.nodeIn("com.microsoft", operator, "xq,s,z,xq,s,z,sy,zy", "yq"));
      case "QLinearConcat" -> result(
          row.nodeIn("com.microsoft", operator, "sy,zy,xq,s,z,xq,s,z", "yq", "axis", 1));
      case "QLinearAveragePool" -> result(
          image.nodeIn("com.microsoft", operator, "xq,s,z,sy,zy", "yq", "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2}));
      case "QLinearGlobalAveragePool" -> result(image.nodeIn("com.microsoft", operator, "xq,s,z,sy,zy", "yq"));
      case "QLinearLeakyRelu" -> result(row.nodeIn("com.microsoft", operator, "xq,s,z,sy,zy", "yq", "alpha", 0.2f));
      case "QLinearSigmoid" -> result(row.nodeIn("com.microsoft", operator, "xq,s,z,sy,zy", "yq"));
      case "QLinearSoftmax" -> result(row.nodeIn("com.microsoft", operator, "xq,s,z,sy,zy", "yq", "axis", -1, "opset", 13));
      case "Pad" -> moved(
          image.longs("pads", 0, 0, 1, 1, 0, 0, 1, 1).constant("value", unsigned(ZERO + 7)).node("Pad", "xq,pads,value", "yq"));
      case "Pad without a value" -> moved(image.longs("pads", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "xq,pads", "yq"));
      case "MaxPool" -> moved(image.node("MaxPool", "xq", "yq", "kernel_shape", new int[] {2, 2}));
      case "MaxPool with places" -> image.node("MaxPool", "xq", "yq,places", "kernel_shape", new int[] {2, 2})
          .node("DequantizeLinear", "yq,s,z", "y")
          .node("Cast", "places", "p", "to", 1)
          .node("Add", "y,p", "both")
          .output("both")
          .build();
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** ONNX Runtime rounds the sums of some operators elsewhere, by a code at most; products are the same to the bit. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "QLinearConv", "QLinearConv, unsigned weights", "QLinearMatMul", "QGemm", "QLinearAdd", "QLinearMul", "QLinearConcat",
        "QLinearAveragePool", "QLinearGlobalAveragePool", "QLinearLeakyRelu", "QLinearSigmoid", "QLinearSoftmax", "Pad",
        "Pad without a value", "MaxPool", "MaxPool with places"
      })
  void whatIsReadComputesWhatTheFileDoes(String operator) {
    Graph file = file(operator);
    Model read = Lab.model(file);
    Map<String, Tensor> inputs = TestGraph.randomInputs(file, 2, 5);
    String output = file.outputs().getFirst().name();
    float[] theirs;
    try (OrtRuntime runtime = new OrtRuntime(read, file, Map.of(), OptLevel.ALL_OPT, OrtRuntime.ALL, 1)) {
      theirs = answer(runtime, inputs, output);
    }
    Imported imported = StoredConfiguration.of(read);
    LoweredGraph lowered = Lowering.lower(read, ConfigResolver.resolve(imported.config(), read, Lab.calibrate(read, Lab.random(read, 4))));
    float[] ours;
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      ours = answer(runtime, inputs, output);
    }
    // Where no operator computes with the codes, the network is computed in float: each border may be half a step away.
    float inIntegers = PRODUCTS.contains(operator) ? 1e-5f : 1.001f * OUTPUT_STEP;
    float tolerance = imported.losses().isEmpty() ? inIntegers : 0.501f * (STEP + OUTPUT_STEP);
    assertThat(ours).hasSameSizeAs(theirs);
    assertThat(ours).containsExactly(theirs, within(tolerance));
    float[] same = new float[theirs.length];
    Arrays.fill(same, theirs[0]);
    assertThat(theirs).isNotEqualTo(same);
  }

  private static float[] answer(ModelRuntime runtime, Map<String, Tensor> inputs, String output) {
    return Objects.requireNonNull(runtime.run(inputs, 2).get(output)).floats();
  }

  /** Weights alone as codes, in blocks along the inputs. */
  @Test
  void blocksOfWeightsAloneAreRead() {
    TestGraph graph =
        new TestGraph(21)
            .input("x", -1, 8)
            .constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(8, 3), ramp(24, 7)))
            .floats("sw", new int[] {2, 3}, 0.01f, 0.02f, 0.03f, 0.5f, 0.6f, 0.7f)
            .node("DequantizeLinear", "w,sw", "wf", "axis", 0, "block_size", 4)
            .node("MatMul", "x,wf", "y")
            .output("y");
    Graph file = graph.build();
    Model read = Lab.model(file);
    Map<String, Tensor> inputs = TestGraph.randomInputs(file, 2, 5);
    StoredCodes stored = read.stored().values().iterator().next();
    assertThat(stored.bits()).isEqualTo(4);
    assertThat(stored.blockSize()).isEqualTo(4);
    assertThat(stored.scales()).containsExactly(0.01f, 0.5f, 0.02f, 0.6f, 0.03f, 0.7f);
    try (OrtRuntime theirs = new OrtRuntime(read, file, Map.of(), OptLevel.ALL_OPT, OrtRuntime.ALL, 1);
        FloatRuntime ours = new FloatRuntime(read, Set.of())) {
      assertThat(answer(ours, inputs, "y")).containsExactly(answer(theirs, inputs, "y"), within(1e-4f));
    }
  }

  /** Codes down to -2^(b-1) are b bits, not b + 1; a scale that is none leaves the weights in float. */
  @Test
  void weightsHaveTheNarrowestFormat() {
    assertThat(weights(1, (byte) -8, (byte) 7).bits()).isEqualTo(4);
    assertThat(weights(1, (byte) -8, (byte) 7).symmetric()).isFalse();
    assertThat(weights(1, (byte) -7, (byte) 7).symmetric()).isTrue();
    assertThat(weights(1, (byte) -4, (byte) 1).bits()).isEqualTo(3);
    assertThat(weights(1, (byte) -128, (byte) 1).bits()).isEqualTo(8);
    for (float scale : new float[] {0, -0.5f}) {
      Model read = Lab.model(twoWeights(scale, (byte) -8, (byte) 7));
      assertThat(read.stored()).isEmpty();
      assertThat(StoredConfiguration.of(read).losses()).isEmpty();
    }
  }

  private static StoredCodes weights(float scale, byte... codes) {
    return Lab.model(twoWeights(scale, codes)).stored().values().iterator().next();
  }

  private static Graph twoWeights(float scale, byte... codes) {
    return new TestGraph(17)
        .input("x", -1, 2)
        .constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(2, 1), codes))
        .floats("sw", new int[0], scale)
        .node("DequantizeLinear", "w,sw", "wf")
        .node("MatMul", "x,wf", "y")
        .output("y")
        .build();
  }

  /** The same codes by channels of one axis and of the other are two constants. */
  @Test
  void anotherAxisMakesOtherWeights() {
    Graph file =
        new TestGraph(17)
            .input("x", -1, 2)
            .constant("w", Tensor.ofBytes(DataType.INT8, Shape.of(2, 2), (byte) 1, (byte) 2, (byte) 3, (byte) 4))
            .floats("sw", new int[] {2}, 1, 10)
            .node("DequantizeLinear", "w,sw", "rows", "axis", 0)
            .node("DequantizeLinear", "w,sw", "columns", "axis", 1)
            .node("MatMul", "x,rows", "a")
            .node("MatMul", "a,columns", "y")
            .output("y")
            .build();
    Model read = Lab.model(file);
    try (FloatRuntime ours = new FloatRuntime(read, Set.of())) {
      // [1 1] [1 2; 30 40] = [31 42], times [1 20; 3 40].
      Tensor ones = Tensor.ofFloats(Shape.of(1, 2), 1, 1);
      assertThat(Objects.requireNonNull(ours.run(Map.of("x", ones), 1).get("y")).floats()).containsExactly(157, 2300);
    }
  }
}
