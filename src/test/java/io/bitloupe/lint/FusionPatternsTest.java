package io.bitloupe.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.lint.NodeVerdict.Outcome;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.TestGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fusion table: each pattern in the pinned ONNX Runtime, and the linter's verdict on it. */
class FusionPatternsTest {

  private static final DataType U8 = DataType.UINT8;
  private static final DataType S8 = DataType.INT8;

  /**
   * A pattern; its node under test writes {@code y}.
   *
   * @param operator what it is in the optimized graph
   * @param outcome the verdict it must get
   */
  private record Row(String name, Graph graph, String node, String operator, Outcome outcome) {}

  /** A file with Q and DQ, as somebody's tool may write it. */
  private static final class Qdq {
    final TestGraph graph = new TestGraph(21);
    private int constants;

    static Qdq input(int... sizes) {
      Qdq qdq = new Qdq();
      qdq.graph.input("x", sizes);
      return qdq;
    }

    Qdq q(String from, String to, DataType type, float scale, int zeroPoint) {
      String at = parameters(type, zeroPoint, new float[] {scale}, true);
      graph.node("QuantizeLinear", from + "," + at, to);
      return this;
    }

    Qdq dq(String from, String to, DataType type, float scale, int zeroPoint) {
      String at = parameters(type, zeroPoint, new float[] {scale}, true);
      graph.node("DequantizeLinear", from + "," + at, to);
      return this;
    }

    /** Q and DQ around {@code tensor}; the result is called {@code tensor_d}. */
    Qdq quantized(String tensor, DataType type, float scale, int zeroPoint) {
      return q(tensor, tensor + "_q", type, scale, zeroPoint).dq(tensor + "_q", tensor + "_d", type, scale, zeroPoint);
    }

    /** Q and DQ on the way out. */
    Qdq out(String tensor, DataType type, float scale, int zeroPoint) {
      quantized(tensor, type, scale, zeroPoint);
      graph.output(tensor + "_d");
      return this;
    }

    /** Constant codes behind a DQ; several scales run along {@code axis}. */
    Qdq weights(String name, DataType type, int[] shape, int scales, int axis, int block) {
      int elements = (int) Shape.of(shape).elements();
      graph.constant(name + "_codes", codes(type, Shape.of(shape), elements, 3));
      float[] values = new float[Math.max(1, scales)];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.01f * (1 + i % 5);
      }
      Shape scaleShape = scales == 0 ? Shape.scalar() : Shape.of(scales);
      if (block > 0) {
        int[] blocked = shape.clone();
        blocked[axis] = Math.ceilDiv(shape[axis], block);
        scaleShape = Shape.of(blocked);
        values = new float[(int) scaleShape.elements()];
        java.util.Arrays.fill(values, 0.02f);
      }
      graph.constant(name + "_scale", Tensor.ofFloats(scaleShape, values));
      graph.constant(name + "_zero", codes(type, scaleShape, values.length, 0));
      String operands = "%s_codes,%s_scale,%s_zero".formatted(name, name, name);
      if (block > 0) {
        graph.node("DequantizeLinear", operands, name, "axis", axis, "block_size", block);
      } else if (scales > 0) {
        graph.node("DequantizeLinear", operands, name, "axis", axis);
      } else {
        graph.node("DequantizeLinear", operands, name);
      }
      return this;
    }

    Qdq bias(String name, int count, float scale) {
      graph.constant(name + "_codes", Tensor.ofInts(Shape.of(count), new int[count]));
      graph.constant(name + "_scale", Tensor.ofFloats(Shape.scalar(), scale));
      graph.node("DequantizeLinear", "%s_codes,%s_scale".formatted(name, name), name);
      return this;
    }

    Qdq node(String op, String inputs, Object... attributes) {
      graph.node(op, inputs, "y", attributes);
      return this;
    }

    private String parameters(DataType type, int zeroPoint, float[] scales, boolean scalar) {
      String name = "k" + constants++;
      Shape shape = scalar ? Shape.scalar() : Shape.of(scales.length);
      graph.constant(name + "s", Tensor.ofFloats(shape, scales));
      ByteBuffer bytes = ByteBuffer.allocate(type.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
      if (type.bits() == 8) {
        bytes.put((byte) zeroPoint);
      } else {
        bytes.putShort((short) zeroPoint);
      }
      graph.constant(name + "z", new Tensor(type, shape, bytes.flip()));
      return name + "s," + name + "z";
    }

    private static Tensor codes(DataType type, Shape shape, int count, int step) {
      byte[] values = new byte[(int) type.bytesFor(count)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) (i * step % 101);
      }
      return new Tensor(type, shape, ByteBuffer.wrap(values));
    }
  }

  private static Qdq conv(DataType x, DataType w, DataType y, int xZero, int yZero, Object... attributes) {
    return Qdq.input(1, 4, 6, 6)
        .quantized("x", x, 0.05f, xZero)
        .weights("w", w, new int[] {4, 4, 3, 3}, 4, 0, 0)
        .node("Conv", "x_d,w", attributes)
        .out("y", y, 0.1f, yZero);
  }

  private static Qdq matMul(DataType weights, int scales, int axis, int block) {
    return Qdq.input(1, 8, 64).weights("w", weights, new int[] {64, 32}, scales, axis, block).node("MatMul", "x,w");
  }

  private static Qdq unary(String op, Object... attributes) {
    return Qdq.input(1, 4, 6, 6).quantized("x", U8, 0.05f, 7).node(op, "x_d", attributes).out("y", U8, 0.05f, 7);
  }

  private static Qdq binary(String op) {
    return Qdq.input(1, 4, 6, 6)
        .quantized("x", U8, 0.05f, 7)
        .q("x", "z_q", U8, 0.03f, 5)
        .dq("z_q", "z_d", U8, 0.03f, 5)
        .node(op, "x_d,z_d")
        .out("y", U8, 0.1f, 3);
  }

  private static Row fused(String name, Qdq qdq, String node, String operator) {
    return new Row(name, qdq.graph.build(), node, operator, Outcome.INTEGER);
  }

  private static Row left(String name, Qdq qdq, String node, String operator) {
    return new Row(name, qdq.graph.build(), node, operator, Outcome.FLOAT);
  }

  private static Qdq clamped(Qdq qdq, String clamp, DataType type, int zeroPoint) {
    qdq.graph.node(clamp, "y", "r");
    return qdq.out("r", type, 0.1f, zeroPoint);
  }

  private static Qdq bare(DataType x, int xZero) {
    return Qdq.input(1, 4, 6, 6).quantized("x", x, 0.05f, xZero).weights("w", S8, new int[] {4, 4, 3, 3}, 4, 0, 0).node("Conv", "x_d,w");
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(fused("Conv U8S8", conv(U8, S8, U8, 7, 7), "conv_y", "QLinearConv"));
    rows.add(fused("Conv S8S8", conv(S8, S8, S8, 0, 0), "conv_y", "QLinearConv"));
    rows.add(fused("Conv U8U8", conv(U8, U8, U8, 7, 7), "conv_y", "QLinearConv"));
    rows.add(fused("Conv S8U8", conv(S8, U8, S8, 0, 0), "conv_y", "QLinearConv"));
    rows.add(
        fused(
            "Conv per tensor",
            Qdq.input(1, 4, 6, 6)
                .quantized("x", U8, 0.05f, 7)
                .weights("w", S8, new int[] {4, 4, 3, 3}, 0, 0, 0)
                .node("Conv", "x_d,w")
                .out("y", U8, 0.1f, 7),
            "conv_y",
            "QLinearConv"));
    rows.add(
        fused(
            "Conv depthwise",
            Qdq.input(1, 4, 6, 6)
                .quantized("x", U8, 0.05f, 7)
                .weights("w", S8, new int[] {4, 1, 3, 3}, 4, 0, 0)
                .node("Conv", "x_d,w", "group", 4)
                .out("y", U8, 0.1f, 7),
            "conv_y",
            "QLinearConv"));
    Qdq withFloatBias = Qdq.input(1, 4, 6, 6).quantized("x", U8, 0.05f, 7).weights("w", S8, new int[] {4, 4, 3, 3}, 0, 0, 0);
    withFloatBias.graph.floats("b", new int[] {4}, 1, 2, 3, 4);
    rows.add(fused("Conv, float bias", withFloatBias.node("Conv", "x_d,w,b").out("y", U8, 0.1f, 7), "conv_y", "QLinearConv"));
    rows.add(fused("Conv, int32 bias", biased(0.05f * 0.01f), "conv_y", "QLinearConv"));
    rows.add(left("Conv, bias scale off by 2", biased(2 * 0.05f * 0.01f), "conv_y", "Conv"));
    rows.add(fused("Conv + Relu, zero-point 0", clamped(bare(U8, 7), "Relu", U8, 0), "conv_y", "QLinearConv"));
    rows.add(fused("Conv + Relu, s8 zero-point -128", clamped(bare(S8, 0), "Relu", S8, -128), "conv_y", "QLinearConv"));
    rows.add(left("Conv + Relu, symmetric s8", clamped(bare(S8, 0), "Relu", S8, 0), "conv_y", "FusedConv"));
    rows.add(left("Conv + Relu, zero-point 100", clamped(bare(U8, 7), "Relu", U8, 100), "conv_y", "FusedConv"));
    rows.add(left("Conv + Sigmoid", clamped(bare(U8, 7), "Sigmoid", U8, 0), "conv_y", "FusedConv"));
    Qdq open = bare(U8, 7);
    open.graph.output("y");
    rows.add(left("Conv without Q", open, "conv_y", "Conv"));
    Qdq both = bare(U8, 7).out("y", U8, 0.1f, 7);
    both.graph.node("Exp", "y", "e").output("e");
    rows.add(left("Conv whose output is used in float too", both, "conv_y", "Conv"));
    rows.add(left("Conv, 16-bit activations", conv(DataType.UINT16, S8, DataType.UINT16, 7, 7), "conv_y", "Conv"));
    rows.add(left("Conv, int4 weights", conv(U8, DataType.INT4, U8, 7, 7), "conv_y", "Conv"));
    Qdq normalized = bare(U8, 7);
    for (String each : List.of("g", "h", "m", "v")) {
      normalized.graph.floats(each, new int[] {4}, 1, 2, 3, 4);
    }
    normalized.graph.node("BatchNormalization", "y,g,h,m,v", "n");
    rows.add(left("Conv + BatchNormalization", normalized.out("n", U8, 0.1f, 7), "conv_y", "Conv"));
    Qdq transpose = Qdq.input(1, 4, 6, 6).quantized("x", U8, 0.05f, 7).weights("w", S8, new int[] {4, 4, 3, 3}, 4, 1, 0);
    rows.add(left("ConvTranspose", transpose.node("ConvTranspose", "x_d,w").out("y", U8, 0.1f, 7), "convtranspose_y", "ConvTranspose"));
    for (String op : List.of("Sub", "Div")) {
      rows.add(left(op, binary(op), op.toLowerCase() + "_y", op));
    }
    for (String op : List.of("Tanh", "Erf", "Exp", "Gelu")) {
      rows.add(left(op, unary(op), op.toLowerCase() + "_y", op));
    }
    for (String op : List.of("Add", "Mul")) {
      rows.add(fused(op, binary(op), op.toLowerCase() + "_y", "QLinear" + op));
    }
    Qdq concat = Qdq.input(1, 4, 6, 6).quantized("x", U8, 0.05f, 7).q("x", "z_q", U8, 0.03f, 5).dq("z_q", "z_d", U8, 0.03f, 5);
    rows.add(fused("Concat", concat.node("Concat", "x_d,z_d", "axis", 1).out("y", U8, 0.1f, 3), "concat_y", "QLinearConcat"));
    for (String op : List.of("GlobalAveragePool", "Sigmoid", "Softmax", "LeakyRelu")) {
      rows.add(fused(op, unary(op), op.toLowerCase() + "_y", "QLinear" + op));
    }
    rows.add(fused("AveragePool", unary("AveragePool", "kernel_shape", new int[] {2, 2}), "averagepool_y", "QLinearAveragePool"));
    rows.add(fused("MaxPool", unary("MaxPool", "kernel_shape", new int[] {2, 2}), "maxpool_y", "MaxPool"));
    rows.add(
        left(
            "MaxPool, other parameters",
            Qdq.input(1, 4, 6, 6)
                .quantized("x", U8, 0.05f, 7)
                .node("MaxPool", "x_d", "kernel_shape", new int[] {2, 2})
                .out("y", U8, 0.06f, 7),
            "maxpool_y",
            "MaxPool"));
    Qdq sixteen = Qdq.input(1, 4, 6, 6).quantized("x", DataType.UINT16, 0.05f, 7);
    rows.add(
        left(
            "MaxPool, 16 bits",
            sixteen.node("MaxPool", "x_d", "kernel_shape", new int[] {2, 2}).out("y", DataType.UINT16, 0.05f, 7),
            "maxpool_y",
            "MaxPool"));
    Qdq wide = Qdq.input(1, 4, 6, 6).quantized("x", DataType.UINT16, 0.05f, 7);
    wide.graph.longs("from", 1).longs("to", 5).longs("axis", 2);
    rows.add(fused("Slice, 16 bits", wide.node("Slice", "x_d,from,to,axis").out("y", DataType.UINT16, 0.05f, 7), "slice_y", "Slice"));
    Qdq turned = Qdq.input(1, 4, 6, 6).quantized("x", DataType.INT16, 0.05f, 7).node("Transpose", "x_d");
    rows.add(fused("Transpose, 16 bits", turned.out("y", DataType.INT16, 0.05f, 7), "transpose_y", "Transpose"));
    Qdq resize = Qdq.input(1, 4, 6, 6).quantized("x", U8, 0.05f, 7);
    resize.graph.floats("twice", new int[] {4}, 1, 1, 2, 2);
    rows.add(fused("Resize", resize.node("Resize", "x_d,,twice", "mode", "nearest").out("y", U8, 0.05f, 7), "resize_y", "Resize"));
    for (int transposed : new int[] {0, 1}) {
      int[] shape = transposed == 1 ? new int[] {8, 16} : new int[] {16, 8};
      Qdq gemm = Qdq.input(2, 16).quantized("x", U8, 0.05f, 7).weights("w", S8, shape, 8, 1 - transposed, 0);
      rows.add(
          fused(
              "Gemm, transB " + transposed,
              gemm.node("Gemm", "x_d,w", "transB", transposed).out("y", U8, 0.1f, 7),
              "gemm_y",
              "QGemm"));
    }
    rows.add(fused("MatMul + Q, axis 1", products(1).out("y", U8, 0.1f, 7), "matmul_y", "QLinearMatMul"));
    Qdq toFloat = products(1);
    toFloat.graph.output("y");
    rows.add(fused("MatMul without Q", toFloat, "matmul_y", "MatMulIntegerToFloat"));
    for (DataType type : List.of(DataType.INT4, S8)) {
      for (int block : new int[] {16, 32}) {
        Qdq blocks = matMul(type, 0, 0, block);
        blocks.graph.output("y");
        rows.add(fused("weight-only MatMul, %s, block %d".formatted(type, block), blocks, "matmul_y", "MatMulNBits"));
      }
      for (int block : new int[] {8, 48}) {
        Qdq blocks = matMul(type, 0, 0, block);
        blocks.graph.output("y");
        rows.add(left("weight-only MatMul, %s, block %d".formatted(type, block), blocks, "matmul_y", "MatMul"));
      }
      Qdq channels = matMul(type, 32, 1, 0);
      channels.graph.output("y");
      rows.add(fused("weight-only MatMul, %s by channel".formatted(type), channels, "matmul_y", "MatMulNBits"));
      Qdq tensor = matMul(type, 0, 0, 0);
      tensor.graph.output("y");
      rows.add(fused("weight-only MatMul, %s by tensor".formatted(type), tensor, "matmul_y", "MatMulNBits"));
    }
    rows.add(left("weight-only MatMul with Q behind", matMul(DataType.INT4, 0, 0, 32).out("y", U8, 0.1f, 7), "matmul_y", "MatMul"));
    Qdq along = matMul(DataType.INT4, 0, 1, 16);
    along.graph.output("y");
    rows.add(left("weight-only MatMul, blocks along axis 1", along, "matmul_y", "MatMul"));
    Qdq mixed =
        Qdq.input(1, 8, 64)
            .quantized("x", U8, 0.05f, 7)
            .weights("w", DataType.INT4, new int[] {64, 32}, 0, 0, 32)
            .node("MatMul", "x_d,w");
    mixed.graph.output("y");
    rows.add(left("MatMul, W4A8", mixed, "matmul_y", "MatMul"));
    Qdq gemm = Qdq.input(8, 64).weights("w", DataType.INT4, new int[] {32, 64}, 0, 1, 32).node("Gemm", "x,w", "transB", 1);
    gemm.graph.output("y");
    rows.add(left("weight-only Gemm, transB", gemm, "gemm_y", "Gemm"));
    return rows;
  }

  private static Qdq products(int axis) {
    return Qdq.input(1, 8, 64)
        .quantized("x", U8, 0.05f, 7)
        .weights("w", S8, new int[] {64, 32}, axis == 1 ? 32 : 64, axis, 0)
        .node("MatMul", "x_d,w");
  }

  private static Qdq biased(float scale) {
    return Qdq.input(1, 4, 6, 6)
        .quantized("x", U8, 0.05f, 7)
        .weights("w", S8, new int[] {4, 4, 3, 3}, 0, 0, 0)
        .bias("b", 4, scale)
        .node("Conv", "x_d,w,b")
        .out("y", U8, 0.1f, 7);
  }

  @Test
  void everyPatternIsWhatTheTableAndTheLinterSay() {
    int right = 0;
    int predicted = 0;
    int actual = 0;
    StringBuilder wrong = new StringBuilder();
    for (Row row : rows()) {
      OptimizedGraph optimized = new OptimizedGraph(row.graph());
      String operator = optimized.operator(row.node());
      boolean onIntegers = optimized.runsOnIntegers(row.node()).orElse(false);
      NodeVerdict verdict =
          OrtFusionRules.judge(row.graph()).stream().filter(each -> each.node().equals(row.node())).findFirst().orElseThrow();
      boolean saidInteger = verdict.outcome() == Outcome.INTEGER;
      predicted += saidInteger ? 1 : 0;
      actual += onIntegers ? 1 : 0;
      right += saidInteger && onIntegers ? 1 : 0;
      if (!operator.equals(row.operator()) || saidInteger != onIntegers || verdict.outcome() != row.outcome()) {
        wrong.append("%n%s: is %s (integers: %s), table says %s, linter %s %s%n  %s".formatted(
            row.name(), operator, onIntegers, row.operator(), verdict.outcome(), verdict.reason(), optimized.describe()));
      }
    }
    System.out.printf("%d patterns: precision %d of %d, recall %d of %d%n", rows().size(), right, predicted, right, actual);
    assertThat(wrong.toString()).isEmpty();
  }
}
