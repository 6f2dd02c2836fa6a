package io.bitloupe.ui.bench;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OnnxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Models that are made to be large in one way, with random weights, and pictures of noise for them. What they answer means nothing;
 * how much there is to draw is what they are for.
 */
final class MadeModels {
  /** Weights of the large layer of {@link #wide}. */
  static final int WIDE_WEIGHTS = 3163 * 3163;

  private static final long SEED = 4;
  private static final int SIDE = 8;
  private static final int CLASSES = 10;
  private static final int CHANNELS = 16;
  private static final int WIDE = 3163;
  private static final int OPSET = 17;

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Random random = new Random(SEED);

  private MadeModels() {}

  /** A chain of {@code layers} layers: 1x1 convolutions with ReLU and a classifier. */
  static void deep(int layers, Path file) {
    MadeModels made = new MadeModels();
    String last = "input";
    int width = 1;
    for (int i = 1; i < layers; i++) {
      String name = "layer%03d".formatted(i);
      made.constant(name + ".weight", width, CHANNELS, width, 1, 1);
      made.node("Conv", List.of(last, name + ".weight"), name, Map.of());
      made.node("Relu", List.of(name), name + ".relu", Map.of());
      last = name + ".relu";
      width = CHANNELS;
    }
    made.node("GlobalAveragePool", List.of(last), "pool", Map.of());
    made.node("Flatten", List.of("pool"), "flat", Map.of("axis", new Attribute.IntValue(1)));
    made.classifier("flat", CHANNELS, file);
  }

  /** Three matrix products, the second with {@link #WIDE_WEIGHTS} weights. */
  static void wide(Path file) {
    MadeModels made = new MadeModels();
    made.node("Flatten", List.of("input"), "flat", Map.of("axis", new Attribute.IntValue(1)));
    made.constant("narrow.weight", SIDE * SIDE, SIDE * SIDE, WIDE);
    made.node("MatMul", List.of("flat", "narrow.weight"), "narrow", Map.of());
    made.node("Relu", List.of("narrow"), "narrow.relu", Map.of());
    made.constant("wide.weight", WIDE, WIDE, WIDE);
    made.node("MatMul", List.of("narrow.relu", "wide.weight"), "wide", Map.of());
    made.node("Relu", List.of("wide"), "wide.relu", Map.of());
    made.classifier("wide.relu", WIDE, file);
  }

  /** Labelled pictures of noise in the idx format, the labels in the file beside it. */
  static void pictures(int count, Path file) {
    Random random = new Random(SEED);
    ByteBuffer pixels = ByteBuffer.allocate(16 + count * SIDE * SIDE);
    pixels.putInt(0x0803).putInt(count).putInt(SIDE).putInt(SIDE);
    byte[] noise = new byte[count * SIDE * SIDE];
    random.nextBytes(noise);
    pixels.put(noise);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) random.nextInt(CLASSES));
    }
    try {
      Files.write(file, pixels.array());
      Files.write(file.resolveSibling(file.getFileName().toString().replace("images-idx3", "labels-idx1")), labels.array());
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  private void classifier(String input, int width, Path file) {
    constant("logits.weight", width, width, CLASSES);
    node("MatMul", List.of(input, "logits.weight"), "logits", Map.of());
    Graph graph =
        new Graph(
            "made",
            List.of(value("input", new Dimension.Symbolic("N"), 1, SIDE, SIDE)),
            List.of(value("logits", new Dimension.Symbolic("N"), CLASSES)),
            nodes,
            constants,
            Map.of("", OPSET),
            Map.of());
    OnnxWriter.write(graph, file);
  }

  private static ValueInfo value(String name, Dimension first, int... others) {
    List<Dimension> dimensions = new ArrayList<>(List.of(first));
    for (int size : others) {
      dimensions.add(new Dimension.Fixed(size));
    }
    return new ValueInfo(name, DataType.FLOAT, dimensions);
  }

  private void node(String operator, List<String> inputs, String output, Map<String, Attribute> attributes) {
    nodes.add(Node.of(output, operator, inputs, List.of(output), attributes));
  }

  /** Gaussian weights of the variance that keeps signals alive behind a ReLU, 2 / {@code fanIn}. */
  private void constant(String name, int fanIn, int... dimensions) {
    Shape shape = Shape.of(dimensions);
    float[] values = new float[Math.toIntExact(shape.elements())];
    double size = Math.sqrt(2.0 / fanIn);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * size);
    }
    constants.put(name, Tensor.ofFloats(shape, values));
  }
}
