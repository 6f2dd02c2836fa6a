package io.bitloupe.exec.integer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.exec.OrtSessions;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.QuantParams;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs one QLinear operator in ONNX Runtime, as a graph with that node alone. */
final class QLinear {

  private static final int STORED_OFFSET = 128;

  private final String operator;
  private final String domain;
  private final List<String> inputs = new ArrayList<>();
  private final List<ValueInfo> fedInfos = new ArrayList<>();
  private final Map<String, Tensor> fed = new LinkedHashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, Attribute> attributes = new HashMap<>();

  QLinear(String operator, String domain) {
    this.operator = operator;
    this.domain = domain;
  }

  QLinear attributes(Map<String, Attribute> others) {
    attributes.putAll(others);
    return this;
  }

  /** An activation with its scale and zero-point, fed at run time, as the exported file stores it: signed codes with 128 added. */
  QLinear fed(CodeTensor tensor) {
    Tensor codes = Tensor.ofBytes(DataType.UINT8, tensor.shape(), stored(tensor));
    String name = "in" + inputs.size();
    fed.put(name, codes);
    fedInfos.add(new ValueInfo(name, codes.type(), dimensions(codes.shape())));
    inputs.add(name);
    return parameters(tensor.params());
  }

  /** An activation alone, fed at run time, as the exported file stores it. */
  QLinear fedCodes(CodeTensor tensor) {
    fed(tensor);
    inputs.removeLast();
    inputs.removeLast();
    return this;
  }

  /** The zero-point of an activation alone, as the exported file stores it. */
  QLinear zeroPoint(QuantParams params) {
    int offset = params.format().signed() ? STORED_OFFSET : 0;
    return input(Tensor.ofBytes(DataType.UINT8, Shape.scalar(), (byte) (params.single().zeroPoint() + offset)));
  }

  /** A constant tensor of codes with its scales and zero-points. */
  QLinear constant(CodeTensor tensor) {
    input(tensor(tensor));
    return parameters(tensor.params(), params -> params.format().signed() ? DataType.INT8 : DataType.UINT8, 0);
  }

  /** Scale and zero-point of an activation, as the exported file stores it. */
  QLinear parameters(QuantParams params) {
    return parameters(params, _ -> DataType.UINT8, params.format().signed() ? STORED_OFFSET : 0);
  }

  private QLinear parameters(QuantParams params, Function<QuantParams, DataType> type, int offset) {
    int count = params.affine().size();
    float[] scales = new float[count];
    byte[] zeroPoints = new byte[count];
    for (int i = 0; i < count; i++) {
      scales[i] = params.affine().get(i).scale();
      zeroPoints[i] = (byte) (params.affine().get(i).zeroPoint() + offset);
    }
    Shape shape = count == 1 ? Shape.scalar() : Shape.of(count);
    input(Tensor.ofFloats(shape, scales));
    return input(Tensor.ofBytes(type.apply(params), shape, zeroPoints));
  }

  /** A constant. */
  QLinear input(Tensor tensor) {
    String name = "c" + inputs.size();
    constants.put(name, tensor);
    inputs.add(name);
    return this;
  }

  /** Runs it; the codes are those of a signed format when asked for. */
  byte[] run(Shape output, boolean signedOutput) {
    byte[] codes = run(output);
    for (int i = 0; i < codes.length && signedOutput; i++) {
      codes[i] -= (byte) STORED_OFFSET;
    }
    return codes;
  }

  private byte[] run(Shape output) {
    Node node = new Node("node", operator, domain, inputs, List.of("out"), attributes);
    Graph graph =
        new Graph(
            "single",
            fedInfos,
            List.of(new ValueInfo("out", DataType.UINT8, dimensions(output))),
            List.of(node),
            constants,
            Map.of("", 21, "com.microsoft", 1),
            Map.of());
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    fed.forEach((name, tensor) -> given.put(name, OrtSessions.toOnnx(tensor, Arena.ofAuto())));
    try (OrtSession session = OrtSessions.open(graph, OptLevel.ALL_OPT, 1);
        OrtSession.Result result = session.run(given)) {
      return OrtSessions.toTensor((OnnxTensor) result.get(0)).bytes();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * Whether this processor's kernels saturate: without VNNI, pairs of products are added in 16 bits, and ONNX Runtime's results
   * are wrong for weights beyond 64 in magnitude.
   */
  static boolean saturates() {
    QuantParams params = OneStep.params(false, 1, 0);
    QuantParams out = OneStep.params(false, 1000, 0);
    byte[] ones = {-1, -1, -1, -1};
    byte[] largest = {127, 127, 127, 127};
    QLinear product =
        new QLinear("QLinearMatMul", "")
            .fed(OneStep.codes(params, ones, 1, 4))
            .constant(OneStep.codes(OneStep.params(true, 1, 0), largest, 4, 1))
            .parameters(out);
    return product.run(Shape.of(1, 1), false)[0] != (byte) Math.rint(4 * 255 * 127 / 1000.0);
  }

  private static byte[] stored(CodeTensor tensor) {
    Codes.Bytes bytes = (Codes.Bytes) tensor.codes();
    byte[] stored = bytes.values().clone();
    for (int i = 0; i < stored.length && bytes.signed(); i++) {
      stored[i] += (byte) STORED_OFFSET;
    }
    return stored;
  }

  static Tensor tensor(CodeTensor tensor) {
    Codes.Bytes bytes = (Codes.Bytes) tensor.codes();
    return Tensor.ofBytes(bytes.signed() ? DataType.INT8 : DataType.UINT8, tensor.shape(), bytes.values());
  }

  static List<Dimension> dimensions(Shape shape) {
    List<Dimension> dimensions = new ArrayList<>();
    for (int size : shape.toArray()) {
      dimensions.add(new Dimension.Fixed(size));
    }
    return dimensions;
  }
}
