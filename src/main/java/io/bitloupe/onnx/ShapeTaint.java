package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells which tensors depend on the shapes of a graph's inputs alone, whatever their values. */
final class ShapeTaint {

  /** Operators of ONNX's own set whose result has a shape that depends on the values of an input of any index. */
  private static final Set<String> SHAPE_FROM_VALUES =
      Set.of(
          "NonZero", "Unique", "Compress", "NonMaxSuppression", "If", "Loop", "Scan", "SequenceAt", "SequenceConstruct",
          "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceMap", "SplitToSequence", "ConcatFromSequence",
          "SequenceLength", "Optional", "OptionalGetElement", "OptionalHasElement", "StringSplit", "TfIdfVectorizer", "ImageDecoder",
          "StringNormalizer");

  /** Inputs, by operator, whose values decide the shape of the result. */
  private static final Map<String, List<Integer>> SHAPE_OPERANDS =
      Map.ofEntries(
          Map.entry("Reshape", List.of(1)),
          Map.entry("Expand", List.of(1)),
          Map.entry("Tile", List.of(1)),
          Map.entry("ConstantOfShape", List.of(0)),
          Map.entry("Range", List.of(0, 1, 2)),
          Map.entry("Slice", List.of(1, 2, 3, 4)),
          Map.entry("Pad", List.of(1, 3)),
          Map.entry("Resize", List.of(1, 2, 3)),
          Map.entry("Upsample", List.of(1)),
          Map.entry("OneHot", List.of(1)),
          Map.entry("TopK", List.of(1)),
          Map.entry("Unsqueeze", List.of(1)),
          Map.entry("Squeeze", List.of(1)),
          Map.entry("Split", List.of(1)),
          Map.entry("CenterCropPad", List.of(1)),
          Map.entry("Col2Im", List.of(1, 2)),
          Map.entry("AffineGrid", List.of(1)),
          Map.entry("MaxUnpool", List.of(2)),
          Map.entry("STFT", List.of(1, 3)),
          Map.entry("DFT", List.of(1, 2)),
          Map.entry("MelWeightMatrix", List.of(0, 1)),
          Map.entry("HannWindow", List.of(0)),
          Map.entry("HammingWindow", List.of(0)),
          Map.entry("BlackmanWindow", List.of(0)));

  private static final Set<String> RANDOM =
      Set.of("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial", "Dropout");

  private ShapeTaint() {}

  /** Names of computed tensors whose values depend on no input's values, in the order in which they are computed. */
  static List<String> shapeOnly(Graph graph) {
    Set<String> values = new HashSet<>(graph.initializers().keySet());
    Set<String> shapes = new HashSet<>(values);
    graph.inputs().forEach(input -> shapes.add(input.name()));
    List<String> found = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean body = node.attributes().values().stream().anyMatch(Attribute.GraphValue.class::isInstance);
      boolean shapesKnown = present(node).stream().allMatch(shapes::contains);
      boolean valuesKnown = present(node).stream().allMatch(values::contains);
      if (body || !shapesKnown || !shapeFollows(node, values)) {
        continue;
      }
      shapes.addAll(node.outputs());
      boolean fromShape = node.is("Shape") || node.is("Size");
      if (node.domain().isEmpty() && !RANDOM.contains(node.opType()) && (valuesKnown || fromShape)) {
        values.addAll(node.outputs());
        node.outputs().stream().filter(output -> !output.isEmpty()).forEach(found::add);
      }
    }
    return found;
  }

  private static boolean shapeFollows(Node node, Set<String> values) {
    if (!node.domain().isEmpty()) {
      return node.domain().equals("com.microsoft");
    }
    if (SHAPE_FROM_VALUES.contains(node.opType())) {
      return false;
    }
    return SHAPE_OPERANDS.getOrDefault(node.opType(), List.of()).stream()
        .allMatch(index -> node.input(index).isEmpty() || values.contains(node.input(index).get()));
  }

  private static List<String> present(Node node) {
    return node.inputs().stream().filter(input -> !input.isEmpty()).toList();
  }
}
