package io.bitloupe.ui;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.StoredCodes;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A model made by hand for tests of the window: blocks of 1x1, depthwise and 1x1 convolutions, an attention product, a classifier. */
public final class TestModels {
  private static final int BLOCKS = 4;

  private TestModels() {}

  /** The model, as if read from {@code file}; one that is called {@code other} has another digest. */
  public static Model small(Path file) {
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Layer> layers = new ArrayList<>();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    tensors.put("input", new TensorInfo("input", DataType.FLOAT, Shape.of(1, 8, 14, 14), true));
    Random random = new Random(42);
    for (int block = 0; block < BLOCKS; block++) {
      add(layers, constants, tensors, random, "b%02d.expand".formatted(block), LayerKind.CONV, Shape.of(24, 8, 1, 1));
      add(layers, constants, tensors, random, "b%02d.dw".formatted(block), LayerKind.DEPTHWISE_CONV, Shape.of(24, 1, 3, 3));
      add(layers, constants, tensors, random, "b%02d.project".formatted(block), LayerKind.CONV, Shape.of(8, 24, 1, 1));
    }
    add(layers, constants, tensors, random, "attention", LayerKind.ACTIVATION_MATMUL, Shape.scalar());
    add(layers, constants, tensors, random, "logits", LayerKind.GEMM, Shape.of(10, 8));
    Graph graph =
        new Graph("small", List.of(), List.of(), layers.stream().map(Layer::node).toList(), constants, Map.of("", 17), Map.of());
    String digest = file.getFileName().toString().startsWith("other") ? "cd" : "ab";
    return new Model(file, digest.repeat(32), graph, graph, tensors, layers, true, List.of());
  }

  /** The model as if {@code file} held the first weights in 4 bits, the second ones by an axis that no channel is along. */
  public static Model quantized(Path file) {
    Model model = small(file);
    StoredCodes whole = new StoredCodes(4, true, true, -1, 0, List.of(0.1f), List.of(0));
    StoredCodes across = new StoredCodes(4, true, true, 2, 0, List.of(0.1f, 0.1f, 0.1f), List.of(0, 0, 0));
    return new Model(
        file,
        model.sha256(),
        model.original(),
        model.graph(),
        model.tensors(),
        model.layers(),
        true,
        List.of("2 weights are quantized already."),
        Map.of("b00.expand.weight", whole, "b00.dw.weight", across));
  }

  private static void add(
      List<Layer> layers,
      Map<String, Tensor> constants,
      Map<String, TensorInfo> tensors,
      Random random,
      String name,
      LayerKind kind,
      Shape shape) {
    String input = layers.isEmpty() ? "input" : layers.getLast().output();
    String output = name + ".out";
    Optional<String> weight = kind.hasWeights() ? Optional.of(name + ".weight") : Optional.empty();
    weight.ifPresent(tensor -> constants.put(tensor, weights(shape, kind, random)));
    Node node = Node.of(name, kind == LayerKind.GEMM ? "Gemm" : "Conv", List.of(input, name + ".weight"), List.of(output), Map.of());
    layers.add(
        new Layer(
            layers.size(),
            name,
            kind,
            node,
            input,
            weight,
            Optional.empty(),
            output,
            shape,
            0,
            Shape.of(1, 8, 14, 14),
            Shape.of(1, 24, 14, 14),
            weight.isPresent() ? shape.elements() : 0,
            shape.elements() * 196));
    tensors.put(output, new TensorInfo(output, DataType.FLOAT, Shape.of(1, 24, 14, 14), true));
  }

  /** Gaussian weights; the channels of a depthwise layer differ in size by a factor of 1,000. */
  private static Tensor weights(Shape shape, LayerKind kind, Random random) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    int inner = shape.rank() > 1 ? shape.product(1, shape.rank()) : 1;
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner;
      double size = kind == LayerKind.DEPTHWISE_CONV ? Math.pow(1000, (double) channel / shape.dim(0)) * 0.01 : 0.1;
      values[i] = (float) (random.nextGaussian() * size);
    }
    return Tensor.ofFloats(shape, values);
  }
}
