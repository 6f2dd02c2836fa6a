package io.bitloupe.config;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model of two convolutions, a product and a softmax, by hand: what a configuration can name. */
public final class SmallModel {

  static final String SHA = "ab".repeat(32);

  private SmallModel() {}

  /** Layers {@code stem} (4 channels), {@code body.conv} (6 channels) and {@code head} (3 channels). */
  public static Model create() {
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    initializers.put("stem.weight", ramp(Shape.of(4, 1, 3, 3)));
    initializers.put("stem.bias", ramp(Shape.of(4)));
    initializers.put("body.weight", ramp(Shape.of(6, 4, 3, 3)));
    initializers.put("head.weight", ramp(Shape.of(6, 3)));
    Node stem = Node.of("stem", "Conv", List.of("input", "stem.weight", "stem.bias"), List.of("stem_raw"), Map.of());
    Node relu = Node.of("relu", "Relu", List.of("stem_raw"), List.of("stem_out"), Map.of());
    Node body = Node.of("body.conv", "Conv", List.of("stem_out", "body.weight"), List.of("body_out"), Map.of());
    Node head = Node.of("head", "MatMul", List.of("body_out", "head.weight"), List.of("logits"), Map.of());
    Node softmax = Node.of("softmax", "Softmax", List.of("logits"), List.of("probabilities"), Map.of());
    Graph graph =
        new Graph("small", List.of(), List.of(), List.of(stem, relu, body, head, softmax), initializers, Map.of("", 17), Map.of());
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (String name : List.of("input", "stem_raw", "stem_out", "body_out", "logits", "probabilities")) {
      tensors.put(name, new TensorInfo(name, DataType.FLOAT, Shape.of(1, 4), true));
    }
    tensors.put("indices", new TensorInfo("indices", DataType.INT64, Shape.of(1, 4), true));
    List<Layer> layers =
        List.of(
            layer(0, stem, LayerKind.CONV, "input", "stem.weight", "stem_out", initializers, 0),
            layer(1, body, LayerKind.CONV, "stem_out", "body.weight", "body_out", initializers, 0),
            layer(2, head, LayerKind.MATMUL, "body_out", "head.weight", "logits", initializers, 1));
    return new Model(Path.of("small.onnx"), SHA, graph, graph, tensors, layers, true, List.of());
  }

  private static Layer layer(
      int index, Node node, LayerKind kind, String input, String weight, String output, Map<String, Tensor> constants, int axis) {
    Shape shape = constants.get(weight).shape();
    return new Layer(
        index,
        node.name(),
        kind,
        node,
        input,
        Optional.of(weight),
        node.input(2),
        output,
        shape,
        axis,
        Shape.of(1, 4),
        Shape.of(1, 4),
        shape.elements(),
        shape.elements());
  }

  private static Tensor ramp(Shape shape) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i - values.length / 2f) / values.length;
    }
    return Tensor.ofFloats(shape, values);
  }
}
