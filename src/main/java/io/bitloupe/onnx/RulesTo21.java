package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What changed from opset 13 to opset 22. */
final class RulesTo21 {

  private static final UpgradeRule AXES = (node, context) -> RulesTo13.listToInput(node, "axes", context);

  private static final Map<Integer, Map<String, UpgradeRule>> RULES =
      Map.of(
          14,
          Map.of("BatchNormalization", RulesTo21::trainingOutputs),
          16,
          Map.of("RoiAlign", RulesTo21::roiAlign),
          18,
          Map.of(
              "ReduceL1", AXES,
              "ReduceL2", AXES,
              "ReduceLogSum", AXES,
              "ReduceLogSumExp", AXES,
              "ReduceMax", AXES,
              "ReduceMean", AXES,
              "ReduceMin", AXES,
              "ReduceProd", AXES,
              "ReduceSumSquare", AXES,
              "Split", RulesTo21::equalSplit),
          20,
          Map.of("GridSample", RulesTo21::gridSample, "DFT", RulesTo21::dft),
          21,
          Map.of("GroupNormalization", RulesTo21::groupNormalization));

  private RulesTo21() {}

  /** Rules of the step to {@code opset}, by operator. */
  static Map<String, UpgradeRule> of(int opset) {
    return RULES.getOrDefault(opset, Map.of());
  }

  /** Before opset 14, the presence of more outputs than one meant training. */
  private static List<Node> trainingOutputs(Node node, UpgradeContext context) {
    for (int i = 1; i < node.outputs().size(); i++) {
      if (context.reads(node, i)) {
        throw UpgradeContext.noEqual(node, "hands on statistics of training, which no inference needs");
      }
    }
    return List.of(node.withOutputs(List.of(node.output())));
  }

  /** Until opset 16 boxes were not moved by half a pixel. */
  private static List<Node> roiAlign(Node node, UpgradeContext context) {
    return List.of(UpgradeContext.with(node, "coordinate_transformation_mode", new Attribute.StringValue("output_half_pixel")));
  }

  /** Since opset 18 a split into equal parts must say how many. */
  private static List<Node> equalSplit(Node node, UpgradeContext context) {
    return node.input(1).isPresent()
        ? List.of(node)
        : List.of(UpgradeContext.with(node, "num_outputs", new Attribute.IntValue(node.outputs().size())));
  }

  private static List<Node> gridSample(Node node, UpgradeContext context) {
    String mode = node.stringAttribute("mode", "bilinear");
    String renamed = mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode;
    return List.of(UpgradeContext.with(node, "mode", new Attribute.StringValue(renamed)));
  }

  private static List<Node> dft(Node node, UpgradeContext context) {
    String axis = context.constant(node.output() + "_axis", Tensor.ofLongs(Shape.scalar(), node.intAttribute("axis", 1)));
    return List.of(UpgradeContext.attributeToInput(node, "axis", 2, axis));
  }

  /** Scale and bias were one for each group, and are one for each channel since opset 21: each is repeated. */
  private static List<Node> groupNormalization(Node node, UpgradeContext context) {
    List<Node> nodes = new ArrayList<>();
    String base = node.output();
    String x = node.inputs().getFirst();
    String shape = context.fresh(base + "_shape");
    String channels = context.fresh(base + "_channels");
    String groups = context.constant(base + "_groups", Tensor.ofLongs(Shape.of(1), node.intAttribute("num_groups", 1)));
    String perGroup = context.fresh(base + "_per_group");
    String one = context.integers(base + "_one", 1);
    String repeat = context.fresh(base + "_repeat");
    String flat = context.integers(base + "_flat", -1);
    nodes.add(Node.of("", "Shape", List.of(x), List.of(shape), Map.of()));
    nodes.add(Node.of("", "Gather", List.of(shape, one), List.of(channels), Map.of()));
    nodes.add(Node.of("", "Div", List.of(channels, groups), List.of(perGroup), Map.of()));
    nodes.add(Node.of("", "Concat", List.of(one, perGroup), List.of(repeat), Map.of("axis", new Attribute.IntValue(0))));
    List<String> inputs = new ArrayList<>(List.of(x));
    for (int i = 1; i <= 2; i++) {
      String column = context.fresh(base + "_column");
      String tiled = context.fresh(base + "_tiled");
      String repeated = context.fresh(base + (i == 1 ? "_scale" : "_bias"));
      nodes.add(Node.of("", "Unsqueeze", List.of(node.inputs().get(i), one), List.of(column), Map.of()));
      nodes.add(Node.of("", "Tile", List.of(column, repeat), List.of(tiled), Map.of()));
      nodes.add(Node.of("", "Reshape", List.of(tiled, flat), List.of(repeated), Map.of()));
      inputs.add(repeated);
    }
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    nodes.add(new Node(node.name(), node.opType(), node.domain(), inputs, node.outputs(), attributes));
    return nodes;
  }
}
