package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Element types and ranks as far as they follow from the operators alone, without running anything. What does not follow is
 * unknown, never guessed.
 */
final class StaticInfo {

  private static final Set<String> RANK_OF_FIRST =
      Set.of(
          "Abs", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Clip", "Concat", "Conv", "ConvTranspose", "CumSum", "Dropout",
          "Elu", "Erf", "Exp", "Floor", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity",
          "InstanceNormalization", "LRN", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization", "MaxPool", "Neg", "Not", "PRelu",
          "Pad", "Reciprocal", "Relu", "Resize", "Round", "Selu", "Sigmoid", "Sign", "Slice", "Softmax", "Softplus", "Split",
          "Sqrt", "Tanh", "Transpose", "Upsample", "DepthToSpace", "SpaceToDepth", "LayerNormalization", "TopK", "Hardmax");

  private static final Set<String> BROADCAST = Set.of("Add", "Div", "Max", "Mean", "Min", "Mul", "Pow", "Sub", "Sum");

  private static final Set<String> INTEGER = Set.of("ArgMax", "ArgMin", "NonZero", "Shape", "Size", "NonMaxSuppression");
  private static final Set<String> BOOLEAN =
      Set.of("And", "Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "Not", "Or", "Xor");
  private static final Set<String> TYPE_OF_SECOND = Set.of("Where", "OptionalGetElement");
  private static final Set<String> UNTYPED =
      Set.of("If", "Loop", "Scan", "SequenceAt", "CategoryMapper", "RandomNormal", "RandomUniform", "EyeLike", "Multinomial");

  private final Map<String, DataType> types = new HashMap<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Map<String, Tensor> constants = new HashMap<>();

  /** Knows {@code graph}, and what is known {@code outside} where it is a body. */
  StaticInfo(Graph graph, Optional<StaticInfo> outside) {
    outside.ifPresent(
        outer -> {
          types.putAll(outer.types);
          ranks.putAll(outer.ranks);
          constants.putAll(outer.constants);
        });
    for (ValueInfo input : graph.inputs()) {
      types.put(input.name(), input.type());
      if (input.ranked()) {
        ranks.put(input.name(), input.dimensions().size());
      } else {
        ranks.remove(input.name());
      }
    }
    graph.initializers().forEach(this::constant);
    graph.nodes().forEach(this::visit);
  }

  /** The element type of {@code tensor}, where it is known. */
  Optional<DataType> type(String tensor) {
    return Optional.ofNullable(types.get(tensor)).filter(type -> type != DataType.OTHER);
  }

  /** The number of dimensions of {@code tensor}, where it is known. */
  OptionalInt rank(String tensor) {
    Integer rank = ranks.get(tensor);
    return rank == null ? OptionalInt.empty() : OptionalInt.of(rank);
  }

  /** The value of {@code tensor}, where it is an initializer or a Constant. */
  Optional<Tensor> value(String tensor) {
    return Optional.ofNullable(constants.get(tensor));
  }

  private void constant(String name, Tensor value) {
    constants.put(name, value);
    types.put(name, value.type());
    ranks.put(name, value.shape().rank());
  }

  private void visit(Node node) {
    if (node.is("Constant") && node.attributes().get("value") instanceof Attribute.TensorValue(Tensor value)) {
      constant(node.output(), value);
      return;
    }
    Optional<DataType> type = resultType(node);
    OptionalInt rank = resultRank(node);
    for (int i = 0; i < node.outputs().size(); i++) {
      String output = node.outputs().get(i);
      boolean alike = i == 0 || node.is("Split");
      types.remove(output);
      ranks.remove(output);
      if (alike) {
        type.ifPresent(known -> types.put(output, known));
        rank.ifPresent(known -> ranks.put(output, known));
      }
    }
  }

  private Optional<DataType> resultType(Node node) {
    if (!node.domain().isEmpty() || UNTYPED.contains(node.opType())) {
      return Optional.empty();
    }
    if (INTEGER.contains(node.opType())) {
      return Optional.of(DataType.INT64);
    }
    if (BOOLEAN.contains(node.opType())) {
      return Optional.of(DataType.BOOL);
    }
    return switch (node.opType()) {
      case "Cast" -> Optional.of(DataTypes.of((int) node.intAttribute("to", 0)));
      case "ConstantOfShape" ->
          Optional.of(node.attributes().get("value") instanceof Attribute.TensorValue(Tensor value) ? value.type() : DataType.FLOAT);
      case "OneHot" -> node.input(2).flatMap(this::type);
      case "DequantizeLinear" -> node.input(1).flatMap(this::type);
      case "QuantizeLinear" -> node.input(2).flatMap(this::type).or(() -> Optional.of(DataType.UINT8));
      case "DynamicQuantizeLinear" -> Optional.of(DataType.UINT8);
      case "ConvInteger", "MatMulInteger" -> Optional.of(DataType.INT32);
      case "QLinearConv", "QLinearMatMul" -> node.input(7).flatMap(this::type);
      default -> node.input(TYPE_OF_SECOND.contains(node.opType()) ? 1 : 0).flatMap(this::type);
    };
  }

  private OptionalInt resultRank(Node node) {
    if (!node.domain().isEmpty() || node.inputs().isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt first = rank(node.inputs().getFirst());
    if (RANK_OF_FIRST.contains(node.opType())) {
      return first;
    }
    if (BROADCAST.contains(node.opType())) {
      return longest(node);
    }
    return switch (node.opType()) {
      case "Flatten", "Gemm" -> OptionalInt.of(2);
      case "Shape" -> OptionalInt.of(1);
      case "MatMul" -> first.isPresent() && first.getAsInt() >= 2 && longest(node).orElse(0) >= 2 ? longest(node) : OptionalInt.empty();
      case "Reshape" -> elements(node, 1);
      case "Unsqueeze" -> add(first, axes(node));
      case "Squeeze" -> {
        OptionalInt removed = axes(node);
        yield removed.isPresent() ? add(first, OptionalInt.of(-removed.getAsInt())) : removed;
      }
      case "Gather" -> {
        OptionalInt indices = node.input(1).map(this::rank).orElse(OptionalInt.empty());
        yield indices.isPresent() ? add(first, OptionalInt.of(indices.getAsInt() - 1)) : indices;
      }
      case "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSum" ->
          node.intAttribute("keepdims", 1) != 0 ? first : OptionalInt.empty();
      default -> OptionalInt.empty();
    };
  }

  private OptionalInt longest(Node node) {
    int longest = 0;
    for (String input : node.inputs()) {
      OptionalInt rank = rank(input);
      if (rank.isEmpty()) {
        return rank;
      }
      longest = Math.max(longest, rank.getAsInt());
    }
    return OptionalInt.of(longest);
  }

  private OptionalInt axes(Node node) {
    int[] attribute = node.intsAttribute("axes");
    return attribute.length > 0 ? OptionalInt.of(attribute.length) : elements(node, 1);
  }

  private OptionalInt elements(Node node, int input) {
    Optional<Tensor> value = node.input(input).map(constants::get);
    return value.isPresent() ? OptionalInt.of(value.get().elements()) : OptionalInt.empty();
  }

  private static OptionalInt add(OptionalInt a, OptionalInt b) {
    return a.isPresent() && b.isPresent() ? OptionalInt.of(a.getAsInt() + b.getAsInt()) : OptionalInt.empty();
  }
}
