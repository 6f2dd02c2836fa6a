package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What changed from opset 7 to opset 13. */
final class RulesTo13 {

  private static final Map<Integer, Map<String, UpgradeRule>> RULES =
      Map.of(
          9,
          Map.of("BatchNormalization", RulesTo13::spatial, "Upsample", RulesTo13::upsampleScales, "Scan", RulesTo13::scan),
          10,
          Map.of(
              "Slice", RulesTo13::slice,
              "TopK", RulesTo13::topK,
              "Upsample", (node, _) -> List.of(UpgradeContext.renamed(node, "Resize")),
              "Dropout", RulesTo13::dropoutMask,
              "ImageScaler", RulesTo13::imageScaler),
          11,
          Map.of(
              "Clip", RulesTo13::clip,
              "Pad", RulesTo13::pad,
              "Resize", RulesTo13::resize,
              "Scatter", (node, _) -> List.of(UpgradeContext.renamed(node, "ScatterElements"))),
          12,
          Map.of("Dropout", RulesTo13::dropout),
          13,
          Map.of(
              "Softmax", RulesTo13::softmax,
              "LogSoftmax", RulesTo13::softmax,
              "Hardmax", RulesTo13::softmax,
              "Squeeze", (node, context) -> listToInput(node, "axes", context),
              "Unsqueeze", (node, context) -> listToInput(node, "axes", context),
              "ReduceSum", (node, context) -> listToInput(node, "axes", context),
              "Split", (node, context) -> listToInput(node, "split", context),
              "Resize", RulesTo13::halfPixelForNn));

  private RulesTo13() {}

  /** Rules of the step to {@code opset}, by operator. */
  static Map<String, UpgradeRule> of(int opset) {
    return RULES.getOrDefault(opset, Map.of());
  }

  /** A list attribute became the second input. */
  static List<Node> listToInput(Node node, String attribute, UpgradeContext context) {
    if (!node.attributes().containsKey(attribute)) {
      return List.of(node);
    }
    String input = context.integers(node.output() + "_" + attribute, node.intsAttribute(attribute));
    return List.of(UpgradeContext.attributeToInput(node, attribute, 1, input));
  }

  /** Until opset 9, {@code spatial=0} meant statistics for each element instead of each channel. */
  private static List<Node> spatial(Node node, UpgradeContext context) {
    if (node.intAttribute("spatial", 1) != 0) {
      return List.of(UpgradeContext.without(node, "spatial"));
    }
    String base = node.output();
    String epsilon = context.scalarLike(base + "_epsilon", node.floatAttribute("epsilon", 1e-5f), node.inputs().getFirst());
    String variance = context.fresh(base + "_variance");
    String deviation = context.fresh(base + "_deviation");
    String centred = context.fresh(base + "_centred");
    String normal = context.fresh(base + "_normal");
    String scaled = context.fresh(base + "_scaled");
    List<String> in = node.inputs();
    return List.of(
        Node.of("", "Add", List.of(in.get(4), epsilon), List.of(variance), Map.of()),
        Node.of("", "Sqrt", List.of(variance), List.of(deviation), Map.of()),
        Node.of("", "Sub", List.of(in.get(0), in.get(3)), List.of(centred), Map.of()),
        Node.of("", "Div", List.of(centred, deviation), List.of(normal), Map.of()),
        Node.of("", "Mul", List.of(normal, in.get(1)), List.of(scaled), Map.of()),
        Node.of(node.name(), "Add", List.of(scaled, in.get(2)), List.of(node.output()), Map.of()));
  }

  private static List<Node> scan(Node node, UpgradeContext context) {
    throw UpgradeContext.noEqual(node, "is of opset 8, whose Scan over a batch no newer opset has");
  }

  private static List<Node> upsampleScales(Node node, UpgradeContext context) {
    if (!(node.attributes().get("scales") instanceof Attribute.Floats(List<Float> scales))) {
      return List.of(node);
    }
    float[] values = new float[scales.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = scales.get(i);
    }
    String input = context.constant(node.output() + "_scales", Tensor.ofFloats(Shape.of(values.length), values));
    return List.of(UpgradeContext.attributeToInput(node, "scales", 1, input));
  }

  private static List<Node> slice(Node node, UpgradeContext context) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.add(context.integers(node.output() + "_starts", clamped(node, "starts")));
    inputs.add(context.integers(node.output() + "_ends", clamped(node, "ends")));
    if (node.attributes().containsKey("axes")) {
      inputs.add(context.integers(node.output() + "_axes", node.intsAttribute("axes")));
    }
    return List.of(UpgradeContext.without(node, "starts", "ends", "axes").withInputs(inputs));
  }

  /** Bounds of Slice; exporters write the largest 64-bit number for "to the end", which any number beyond the axis means. */
  private static int[] clamped(Node node, String attribute) {
    return node.attributes().get(attribute) instanceof Attribute.Ints(List<Long> values)
        ? values.stream().mapToInt(value -> Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE)).toArray()
        : new int[0];
  }

  private static List<Node> topK(Node node, UpgradeContext context) {
    String k = context.integers(node.output() + "_k", Math.clamp(node.intAttribute("k", 1), 0, Integer.MAX_VALUE));
    return List.of(UpgradeContext.attributeToInput(node, "k", 1, k));
  }

  /** The mask of Dropout had the type of the data until opset 10, and is boolean since. */
  private static List<Node> dropoutMask(Node node, UpgradeContext context) {
    if (!context.reads(node, 1)) {
      return List.of(node.withOutputs(List.of(node.output())));
    }
    String mask = context.fresh(node.outputs().get(1) + "_boolean");
    long type = DataTypes.number(context.type(node.inputs().getFirst()).orElse(DataType.FLOAT));
    return List.of(
        node.withOutputs(List.of(node.output(), mask)),
        Node.of("", "Cast", List.of(mask), List.of(node.outputs().get(1)), Map.of("to", new Attribute.IntValue(type))));
  }

  /** An operator from before ONNX 1.0 that old image models keep: {@code scale * x + bias[c]}. */
  private static List<Node> imageScaler(Node node, UpgradeContext context) {
    List<Float> bias = node.attributes().get("bias") instanceof Attribute.Floats(List<Float> values) ? values : List.of();
    float[] biases = new float[bias.size()];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = bias.get(i);
    }
    String scale = context.scalarLike(node.output() + "_scale", node.floatAttribute("scale", 1), node.inputs().getFirst());
    String shift = context.constant(node.output() + "_bias", Tensor.ofFloats(Shape.of(biases.length, 1, 1), biases));
    String scaled = context.fresh(node.output() + "_scaled");
    return List.of(
        Node.of("", "Mul", List.of(node.inputs().getFirst(), scale), List.of(scaled), Map.of()),
        Node.of(node.name(), "Add", List.of(scaled, shift), List.of(node.output()), Map.of()));
  }

  private static List<Node> clip(Node node, UpgradeContext context) {
    String x = node.inputs().getFirst();
    List<String> inputs = new ArrayList<>(List.of(x));
    inputs.add(bound(node, "min", -Float.MAX_VALUE, context));
    inputs.add(bound(node, "max", Float.MAX_VALUE, context));
    while (inputs.getLast().isEmpty()) {
      inputs.removeLast();
    }
    return List.of(UpgradeContext.without(node, "min", "max").withInputs(inputs));
  }

  private static String bound(Node node, String attribute, float none, UpgradeContext context) {
    float value = node.floatAttribute(attribute, none);
    return value == none ? "" : context.scalarLike(node.output() + "_" + attribute, value, node.inputs().getFirst());
  }

  private static List<Node> pad(Node node, UpgradeContext context) {
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.add(context.integers(node.output() + "_pads", node.intsAttribute("pads")));
    float value = node.floatAttribute("value", 0);
    if (value != 0) {
      inputs.add(context.scalarLike(node.output() + "_value", value, node.inputs().getFirst()));
    }
    return List.of(UpgradeContext.without(node, "pads", "value").withInputs(inputs));
  }

  /**
   * Resize of opset 10, and Upsample before it, map an output place to {@code x / scale}. The nearest neighbour is the one
   * below when an axis grows, and the one above when it shrinks, as ONNX Runtime does; an axis of each kind takes two nodes.
   */
  private static List<Node> resize(Node node, UpgradeContext context) {
    String empty = context.constant(node.output() + "_roi", Tensor.ofFloats(Shape.of(0)));
    Node plain = UpgradeContext.with(node, "coordinate_transformation_mode", new Attribute.StringValue("asymmetric"));
    boolean nearest = node.stringAttribute("mode", "nearest").equals("nearest");
    Optional<Tensor> scales = context.value(node.inputs().get(1)).filter(value -> value.type() == DataType.FLOAT);
    float[] factors = scales.map(Tensor::floats).orElseGet(() -> new float[0]);
    boolean grows = false;
    boolean shrinks = false;
    for (float factor : factors) {
      grows |= factor > 1;
      shrinks |= factor < 1;
    }
    List<String> inputs = List.of(node.inputs().getFirst(), empty, node.inputs().get(1));
    if (!nearest) {
      return List.of(plain.withInputs(inputs));
    }
    if (!(grows && shrinks)) {
      return List.of(rounding(plain, shrinks ? "ceil" : "floor").withInputs(inputs));
    }
    float[] up = new float[factors.length];
    float[] down = new float[factors.length];
    for (int i = 0; i < factors.length; i++) {
      up[i] = Math.max(1, factors[i]);
      down[i] = Math.min(1, factors[i]);
    }
    String between = context.fresh(node.output() + "_shrunk");
    String downScales = context.constant(node.output() + "_down", Tensor.ofFloats(Shape.of(down.length), down));
    String upScales = context.constant(node.output() + "_up", Tensor.ofFloats(Shape.of(up.length), up));
    return List.of(
        new Node(
            "", "Resize", "", List.of(node.inputs().getFirst(), empty, downScales), List.of(between), rounding(plain, "ceil").attributes()),
        rounding(plain, "floor").withInputs(List.of(between, empty, upScales)));
  }

  private static Node rounding(Node node, String mode) {
    return UpgradeContext.with(node, "nearest_mode", new Attribute.StringValue(mode));
  }

  /** The ratio became an input. The mask of ONNX Runtime at inference was all false before opset 12 and is all true since. */
  private static List<Node> dropout(Node node, UpgradeContext context) {
    Node moved = UpgradeContext.without(node, "ratio");
    if (node.attributes().containsKey("ratio")) {
      String ratio = context.constant(node.output() + "_ratio", Tensor.ofFloats(Shape.scalar(), node.floatAttribute("ratio", 0.5f)));
      moved = UpgradeContext.attributeToInput(node, "ratio", 1, ratio);
    }
    if (!context.reads(node, 1)) {
      return List.of(moved.withOutputs(List.of(node.output())));
    }
    String mask = context.fresh(node.outputs().get(1) + "_kept");
    return List.of(
        moved.withOutputs(List.of(node.output(), mask)),
        Node.of("", "Not", List.of(mask), List.of(node.outputs().get(1)), Map.of()));
  }

  /** Before opset 13, Softmax and its kin flattened their input to two dimensions at {@code axis}, which is 1 by default. */
  private static List<Node> softmax(Node node, UpgradeContext context) {
    int axis = (int) node.intAttribute("axis", 1);
    OptionalInt rank = context.rank(node.inputs().getFirst());
    boolean last = axis == -1 || rank.isPresent() && axis == rank.getAsInt() - 1;
    Node alongLast = UpgradeContext.with(node, "axis", new Attribute.IntValue(-1));
    if (last) {
      return List.of(alongLast);
    }
    String x = node.inputs().getFirst();
    String flat = context.fresh(node.output() + "_flat");
    String result = context.fresh(node.output() + "_flat_result");
    String shape = context.fresh(node.output() + "_shape");
    return List.of(
        Node.of("", "Shape", List.of(x), List.of(shape), Map.of()),
        Node.of("", "Flatten", List.of(x), List.of(flat), Map.of("axis", new Attribute.IntValue(axis))),
        alongLast.withInputs(List.of(flat)).withOutputs(List.of(result)),
        Node.of("", "Reshape", List.of(result, shape), List.of(node.output()), Map.of()));
  }

  /** {@code tf_half_pixel_for_nn} left the standard; the place below {@code a} is the nearest to {@code a - 0.5}, ties up. */
  private static List<Node> halfPixelForNn(Node node, UpgradeContext context) {
    if (!node.stringAttribute("coordinate_transformation_mode", "half_pixel").equals("tf_half_pixel_for_nn")) {
      return List.of(node);
    }
    boolean nearestBelow =
        node.stringAttribute("mode", "nearest").equals("nearest")
            && node.stringAttribute("nearest_mode", "round_prefer_floor").equals("floor");
    if (!nearestBelow) {
      return List.of(node);
    }
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.put("coordinate_transformation_mode", new Attribute.StringValue("half_pixel"));
    attributes.put("nearest_mode", new Attribute.StringValue("round_prefer_ceil"));
    return List.of(new Node(node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), attributes));
  }
}
