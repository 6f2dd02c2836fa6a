package io.bitloupe.config;

import io.bitloupe.config.IntegerForm.Role;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which nodes of a model have an integer form, whatever a configuration asks for: the operator, its attributes and the
 * shapes decide. Operators must not mix samples, and what gives their geometry must be constant.
 */
final class IntegerForms {

  private final Model model;
  private final Graph graph;
  private final GraphIndex index;
  private final Map<String, Layer> layers = new HashMap<>();

  IntegerForms(Model model, GraphIndex index) {
    this.model = model;
    this.graph = model.graph();
    this.index = index;
    model.layers().forEach(layer -> layers.put(layer.node().output(), layer));
  }

  /** The integer form of {@code node}, with the clamps after it; empty when there is none. */
  Optional<IntegerForm> of(Node node) {
    if (node.outputs().stream().filter(output -> !output.isEmpty()).count() != 1 || !isActivation(node.output())) {
      return Optional.empty();
    }
    if (!node.domain().isEmpty() && !node.domain().equals("ai.onnx")) {
      return Optional.empty();
    }
    return switch (node.opType()) {
      case "Conv" -> conv(node);
      case "Gemm" -> gemm(node);
      case "MatMul" -> matMul(node);
      case "Add", "Mul" -> elementwise(node);
      case "Relu", "Clip" -> clamp(node);
      case "AveragePool" -> averagePool(node);
      case "GlobalAveragePool" -> spatial(node) ? unary(node, Role.COMPUTE) : Optional.empty();
      case "GlobalMaxPool" -> spatial(node) ? unary(node, Role.MOVE) : Optional.empty();
      case "MaxPool" -> spatial(node) && node.intAttribute("storage_order", 0) == 0 ? unary(node, Role.MOVE) : Optional.empty();
      case "Concat" -> concat(node);
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> unary(node, Role.MOVE);
      case "Transpose" -> transpose(node);
      case "Slice" -> slice(node);
      case "Pad" -> pad(node);
      default -> Optional.empty();
    };
  }

  private Optional<IntegerForm> conv(Node node) {
    String input = node.inputs().get(0);
    if (!isActivation(input) || !isFloatConstant(node.inputs().get(1)) || !isConstantOrAbsent(node, 2)) {
      return Optional.empty();
    }
    int rank = rank(input);
    if (rank != 3 && rank != 4) {
      return Optional.empty();
    }
    return form(node, Role.PRODUCT, node.inputs().subList(0, 2), true);
  }

  private Optional<IntegerForm> gemm(Node node) {
    String input = node.inputs().get(0);
    String weight = node.inputs().get(1);
    float alpha = node.floatAttribute("alpha", 1);
    float beta = node.floatAttribute("beta", 1);
    if (!isActivation(input)
        || rank(input) != 2
        || !isFloatConstant(weight)
        || graph.constant(weight).shape().rank() != 2
        || node.intAttribute("transA", 0) != 0
        || !(alpha > 0 && Float.isFinite(alpha))
        || !Float.isFinite(beta)
        || !isConstantOrAbsent(node, 2)) {
      return Optional.empty();
    }
    if (node.input(2).isPresent()) {
      Tensor bias = graph.constant(node.input(2).get());
      int outputs = graph.constant(weight).shape().dim(node.intAttribute("transB", 0) == 0 ? 1 : 0);
      int last = bias.shape().rank() == 0 ? 1 : bias.shape().dim(-1);
      if (bias.elements() != last || (last != 1 && last != outputs)) {
        return Optional.empty();
      }
    }
    return form(node, Role.PRODUCT, node.inputs().subList(0, 2), true);
  }

  private Optional<IntegerForm> matMul(Node node) {
    String left = node.inputs().get(0);
    String right = node.inputs().get(1);
    if (!isActivation(left) || rank(left) < 2) {
      return Optional.empty();
    }
    if (isFloatConstant(right)) {
      return graph.constant(right).shape().rank() == 2 && rank(left) >= 2
          ? form(node, Role.PRODUCT, node.inputs(), true)
          : Optional.empty();
    }
    if (!isActivation(right) || rank(right) < 2) {
      return Optional.empty();
    }
    boolean samplesApart =
        !isBatched(node.output()) || (isBatched(left) && isBatched(right) && rank(left) == rank(right) && rank(left) >= 3);
    return samplesApart ? form(node, Role.PRODUCT, node.inputs(), false) : Optional.empty();
  }

  private Optional<IntegerForm> elementwise(Node node) {
    List<String> activations = node.inputs().stream().filter(this::isActivation).toList();
    if (activations.isEmpty()) {
      return Optional.empty();
    }
    int rank = rank(node.output());
    for (String operand : node.inputs()) {
      if (isActivation(operand)) {
        if (isBatched(node.output()) && (!isBatched(operand) || rank(operand) != rank)) {
          return Optional.empty();
        }
      } else if (!isFloatConstant(operand) || !repeatsForEverySample(graph.constant(operand), rank, node)) {
        return Optional.empty();
      }
    }
    return form(node, Role.COMPUTE, node.inputs(), false);
  }

  /** Whether a constant operand is the same for each sample of a batch. */
  private boolean repeatsForEverySample(Tensor constant, int rank, Node node) {
    int ownRank = constant.shape().rank();
    return !isBatched(node.output()) || ownRank < rank || (ownRank == rank && constant.shape().dim(0) == 1);
  }

  private Optional<IntegerForm> clamp(Node node) {
    return isActivation(node.inputs().getFirst()) && Clamps.of(node, graph).isPresent()
        ? form(node, Role.COMPUTE, node.inputs().subList(0, 1), false)
        : Optional.empty();
  }

  private Optional<IntegerForm> averagePool(Node node) {
    boolean dilated = Arrays.stream(node.intsAttribute("dilations")).anyMatch(dilation -> dilation != 1);
    return spatial(node) && !dilated ? unary(node, Role.COMPUTE) : Optional.empty();
  }

  private Optional<IntegerForm> concat(Node node) {
    boolean acceptable = true;
    for (String operand : node.inputs()) {
      boolean activation = isActivation(operand) && isBatched(operand) == isBatched(node.output());
      acceptable &= activation || (isFloatConstant(operand) && !isBatched(node.output()));
    }
    if (!acceptable || node.inputs().stream().noneMatch(this::isActivation)) {
      return Optional.empty();
    }
    return leavesBatch(node.output(), Math.toIntExact(node.intAttribute("axis", 0)))
        ? form(node, Role.COMPUTE, node.inputs(), false)
        : Optional.empty();
  }

  private Optional<IntegerForm> transpose(Node node) {
    String input = node.inputs().getFirst();
    if (!isActivation(input)) {
      return Optional.empty();
    }
    int[] permutation = node.intsAttribute("perm");
    boolean batchStays = permutation.length > 0 ? permutation[0] == 0 : rank(input) < 2;
    return !isBatched(input) || batchStays ? unary(node, Role.MOVE) : Optional.empty();
  }

  private Optional<IntegerForm> slice(Node node) {
    String input = node.inputs().getFirst();
    if (!isActivation(input)) {
      return Optional.empty();
    }
    for (int i = 1; i <= 4; i++) {
      if (!isConstantOrAbsent(node, i)) {
        return Optional.empty();
      }
    }
    if (node.input(1).isEmpty() || node.input(2).isEmpty()) {
      return Optional.empty();
    }
    long[] axes =
        node.input(3).map(axis -> graph.constant(axis).integers()).orElseGet(() -> leading(node.input(1).get()));
    return Arrays.stream(axes).allMatch(axis -> leavesBatch(input, (int) axis)) ? unary(node, Role.MOVE) : Optional.empty();
  }

  private long[] leading(String starts) {
    long[] axes = new long[graph.constant(starts).elements()];
    Arrays.setAll(axes, i -> i);
    return axes;
  }

  private Optional<IntegerForm> pad(Node node) {
    String input = node.inputs().getFirst();
    if (!isActivation(input)
        || !node.stringAttribute("mode", "constant").equals("constant")
        || node.input(1).isEmpty()
        || !isConstantOrAbsent(node, 1)
        || !isConstantOrAbsent(node, 2)
        || node.input(3).isPresent()) {
      return Optional.empty();
    }
    long[] pads = graph.constant(node.input(1).get()).integers();
    boolean grows = pads.length == 2 * rank(input) && Arrays.stream(pads).allMatch(pad -> pad >= 0);
    boolean batchStays = !isBatched(input) || (pads[0] == 0 && pads[pads.length / 2] == 0);
    boolean zero = node.input(2).isEmpty() || isZero(graph.constant(node.input(2).get()));
    return grows && batchStays && zero ? unary(node, Role.MOVE) : Optional.empty();
  }

  private static boolean isZero(Tensor value) {
    return value.type() == DataType.FLOAT && value.elements() == 1 && value.floats()[0] == 0;
  }

  private boolean spatial(Node node) {
    String input = node.inputs().getFirst();
    return isActivation(input) && (rank(input) == 3 || rank(input) == 4);
  }

  private Optional<IntegerForm> unary(Node node, Role role) {
    String input = node.inputs().getFirst();
    return isActivation(input) && isBatched(input) == isBatched(node.output())
        ? form(node, role, List.of(input), false)
        : Optional.empty();
  }

  private Optional<IntegerForm> form(Node node, Role role, List<String> operands, boolean weight) {
    List<Node> fused = role == Role.MOVE ? List.of() : clampsAfter(node);
    String output = fused.isEmpty() ? node.output() : fused.getLast().output();
    List<String> activations = operands.stream().filter(this::isActivation).toList();
    return Optional.of(new IntegerForm(node, fused, role, operands, activations, weight, output));
  }

  private List<Node> clampsAfter(Node node) {
    String last = Optional.ofNullable(layers.get(node.output())).map(Layer::output).orElse("");
    List<Node> fused = new ArrayList<>();
    String tensor = node.output();
    while (!tensor.equals(last)) {
      Optional<Node> next = index.onlyConsumer(tensor);
      if (next.isEmpty() || !next.get().inputs().getFirst().equals(tensor) || Clamps.of(next.get(), graph).isEmpty()) {
        break;
      }
      fused.add(next.get());
      tensor = next.get().output();
    }
    return fused;
  }

  private boolean isActivation(String tensor) {
    TensorInfo info = model.tensors().get(tensor);
    return info != null && info.type() == DataType.FLOAT && !graph.isConstant(tensor);
  }

  private boolean isFloatConstant(String tensor) {
    Tensor constant = graph.initializers().get(tensor);
    return constant != null && constant.type() == DataType.FLOAT && constant.elements() > 0;
  }

  private boolean isConstantOrAbsent(Node node, int input) {
    return node.input(input).map(graph::isConstant).orElse(true);
  }

  private boolean isBatched(String tensor) {
    return model.tensor(tensor).batched();
  }

  private int rank(String tensor) {
    return model.tensor(tensor).shape().rank();
  }

  private boolean leavesBatch(String tensor, int axis) {
    return !isBatched(tensor) || (axis < 0 ? axis + rank(tensor) : axis) > 0;
  }
}
