package io.bitloupe.onnx;

import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Refuses weights that are no numbers. Infinities are allowed where they mean something, in bounds and masks; NaN only in
 * scalars.
 */
public final class WeightCheck {

  private static final Set<String> WITH_WEIGHTS =
      Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "LayerNormalization", "InstanceNormalization", "PRelu");

  private WeightCheck() {}

  /**
   * Checks the constants of {@code graph}.
   *
   * @throws InvalidModelException naming the first tensor that holds NaN, or an infinite weight
   */
  public static void check(Graph graph) {
    Map<String, Node> readers = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.domain().isEmpty() && WITH_WEIGHTS.contains(node.opType())) {
        node.inputs().forEach(input -> readers.put(input, node));
      }
    }
    graph
        .initializers()
        .forEach(
            (name, tensor) -> {
              Node reader = readers.get(name);
              if (tensor.type().isFloatingPoint() && (reader != null || tensor.shape().rank() > 0)) {
                refuse(name, tensor, reader == null ? "" : " of " + GraphSorter.describe(reader), reader == null);
              }
            });
  }

  private static void refuse(String name, Tensor tensor, String owner, boolean infinityAllowed) {
    ByteBuffer data = tensor.buffer();
    int count = tensor.elements();
    for (int i = 0; i < count; i++) {
      double value =
          switch (tensor.type()) {
            case DOUBLE -> data.getDouble();
            case FLOAT16 -> Float.float16ToFloat(data.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort() << 16);
            default -> data.getFloat();
          };
      if (Double.isNaN(value) || !infinityAllowed && Double.isInfinite(value)) {
        throw new InvalidModelException(
            "the tensor %s%s holds %s at element %d"
                .formatted(Text.quote(name), owner, Double.isNaN(value) ? "NaN" : "an infinity", i));
      }
    }
  }
}
