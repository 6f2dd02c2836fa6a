package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One matrix product by constant weights in ONNX Runtime on one thread, to be timed beside kernels of our own. */
public final class OrtProduct implements AutoCloseable {

  private static final String INPUT = "a";
  private static final String OUTPUT = "y";
  private static final int OPSET = 13;

  private final OrtSession session;
  private final OrtInputs fed;

  private OrtProduct(Graph graph, Tensor a) {
    this.session = OrtSessions.open(graph, OptLevel.ALL_OPT, 1);
    this.fed = new OrtInputs().with(INPUT, a);
  }

  /** MatMul in float32: {@code a} of M x K by {@code b} of K x N, row-major. */
  public static OrtProduct ofFloats(float[] a, float[] b, int m, int k, int n) {
    return new OrtProduct(
        graph("MatMul", List.of(INPUT, "b"), DataType.FLOAT, m, k, n, Map.of("b", Tensor.ofFloats(Shape.of(k, n), b))),
        Tensor.ofFloats(Shape.of(m, k), a));
  }

  /**
   * QLinearMatMul, codes in to codes out: unsigned {@code a} of M x K by signed {@code b} of K x N, row-major.
   *
   * @param scale of the output, in units of the product of the operands' scales, which are 1
   */
  public static OrtProduct ofCodes(byte[] a, byte[] b, int m, int k, int n, int aZeroPoint, float scale, int zeroPoint) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("one", Tensor.ofFloats(Shape.scalar(), 1));
    constants.put("a_zero", Tensor.ofBytes(DataType.UINT8, Shape.scalar(), (byte) aZeroPoint));
    constants.put("b", Tensor.ofBytes(DataType.INT8, Shape.of(k, n), b));
    constants.put("b_zero", Tensor.ofBytes(DataType.INT8, Shape.scalar(), (byte) 0));
    constants.put("y_scale", Tensor.ofFloats(Shape.scalar(), scale));
    constants.put("y_zero", Tensor.ofBytes(DataType.UINT8, Shape.scalar(), (byte) zeroPoint));
    List<String> operands = List.of(INPUT, "one", "a_zero", "b", "one", "b_zero", "y_scale", "y_zero");
    return new OrtProduct(
        graph("QLinearMatMul", operands, DataType.UINT8, m, k, n, constants),
        Tensor.ofBytes(DataType.UINT8, Shape.of(m, k), a));
  }

  private static Graph graph(
      String opType, List<String> operands, DataType type, int m, int k, int n, Map<String, Tensor> constants) {
    return new Graph(
        "product",
        List.of(new ValueInfo(INPUT, type, List.of(new Dimension.Fixed(m), new Dimension.Fixed(k)))),
        List.of(new ValueInfo(OUTPUT, type, List.of(new Dimension.Fixed(m), new Dimension.Fixed(n)))),
        List.of(Node.of(opType, opType, operands, List.of(OUTPUT), Map.of())),
        constants,
        Map.of("", OPSET),
        Map.of());
  }

  /** Multiplies once; the result is thrown away. */
  public void run() {
    try (OrtSession.Result result = session.run(fed.tensors())) {
      result.size();
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }

  /** Multiplies once. */
  public byte[] codes() {
    try (OrtSession.Result result = session.run(fed.tensors())) {
      return OrtSessions.toTensor((OnnxTensor) result.get(0)).bytes();
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }

  @Override
  public void close() {
    fed.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }
}
