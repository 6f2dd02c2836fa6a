package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Matrix products as a service of ONNX Runtime: MatMulInteger on weights that it packed, one session for each matrix, on the
 * calling thread. A session is closed once nobody can reach its weights.
 */
public final class OrtGemm implements IntegerGemm {

  private static final String A = "a";
  private static final String B = "b";
  private static final String C = "c";
  private static final int OPSET = 13;

  private static final Cleaner CLEANER = Cleaner.create();

  private record Weights(int k, int n, int[] columnSums, OrtSession session, DataType activations) implements PackedWeights {}

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    DataType activations = activationsSigned ? DataType.INT8 : DataType.UINT8;
    Tensor b = Tensor.ofBytes(weightsSigned ? DataType.INT8 : DataType.UINT8, Shape.of(k, n), weights.clone());
    Graph graph =
        new Graph(
            "product",
            List.of(new ValueInfo(A, activations, List.of(new Dimension.Symbolic("m"), new Dimension.Fixed(k)))),
            List.of(new ValueInfo(C, DataType.INT32, List.of(new Dimension.Symbolic("m"), new Dimension.Fixed(n)))),
            List.of(Node.of("product", "MatMulInteger", List.of(A, B), List.of(C), Map.of())),
            Map.of(B, b),
            Map.of("", OPSET),
            Map.of());
    OrtSession session = OrtSessions.open(graph, OptLevel.ALL_OPT, 1);
    Weights packed = new Weights(k, n, PackedWeights.columnSums(weights, k, n, weightsSigned), session, activations);
    CLEANER.register(packed, () -> close(session));
    return packed;
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    Weights weights = (Weights) b;
    ByteBuffer rows = ByteBuffer.allocate(Math.multiplyExact(m, weights.k()));
    for (int row = 0; row < m; row++) {
      rows.put(a, aOffset + row * aStride, weights.k());
    }
    try (OrtInputs fed = new OrtInputs().with(A, new Tensor(weights.activations(), Shape.of(m, weights.k()), rows.flip()));
        OrtSession.Result result = weights.session().run(fed.tensors())) {
      var sums = ((OnnxTensor) result.get(0)).getIntBuffer();
      for (int row = 0; row < m; row++) {
        sums.get(c, cOffset + row * cStride, weights.n());
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    } finally {
      // The cleaner closes the session of weights that nobody reaches any more: not while it runs.
      Reference.reachabilityFence(weights);
    }
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    }
  }
}
