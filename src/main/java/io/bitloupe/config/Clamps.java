package io.bitloupe.config;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.List;
import java.util.Optional;

/** Relu and Clip as bounds, on real numbers and on codes. Rounding is monotonic, so clamping codes is exact. */
public final class Clamps {

  private Clamps() {}

  /**
   * Bounds of real numbers.
   *
   * @param min lower bound, perhaps infinite
   * @param max upper bound, perhaps infinite
   */
  public record Bounds(float min, float max) {}

  /**
   * Bounds of codes.
   *
   * @param min least code
   * @param max greatest code
   */
  public record CodeBounds(int min, int max) {}

  /** The bounds of a Relu, or of a Clip whose bounds are constants; empty for other nodes. */
  public static Optional<Bounds> of(Node node, Graph graph) {
    if (node.is("Relu")) {
      return Optional.of(new Bounds(0, Float.POSITIVE_INFINITY));
    }
    if (!node.is("Clip")) {
      return Optional.empty();
    }
    Optional<Float> min = bound(node, 1, "min", Float.NEGATIVE_INFINITY, graph);
    Optional<Float> max = bound(node, 2, "max", Float.POSITIVE_INFINITY, graph);
    return min.isPresent() && max.isPresent() && min.get() <= max.get()
        ? Optional.of(new Bounds(min.get(), max.get()))
        : Optional.empty();
  }

  private static Optional<Float> bound(Node node, int index, String attribute, float unbounded, Graph graph) {
    if (node.input(index).isEmpty()) {
      return Optional.of(node.floatAttribute(attribute, unbounded));
    }
    Tensor value = graph.initializers().get(node.input(index).get());
    return value == null || value.type() != DataType.FLOAT || value.elements() != 1
        ? Optional.empty()
        : Optional.of(value.floats()[0]);
  }

  /** The codes that are left of {@code format} after the {@code clamps}, in order. */
  public static CodeBounds codes(List<Node> clamps, Graph graph, Affine affine, IntegerFormat format) {
    int min = format.quantMin();
    int max = format.quantMax();
    for (Node clamp : clamps) {
      Bounds bounds = of(clamp, graph).orElseThrow();
      int low = affine.quantize(bounds.min(), format);
      int high = affine.quantize(bounds.max(), format);
      min = Math.clamp(min, low, high);
      max = Math.clamp(max, low, high);
    }
    return new CodeBounds(min, max);
  }
}
