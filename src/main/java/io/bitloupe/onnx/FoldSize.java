package io.bitloupe.onnx;

import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How many elements a node would write, bounded from above before it is run. Only deterministic operators of ONNX's own set
 * have a bound here; quantization operators have none, so that a model that is already quantized stays so.
 */
final class FoldSize {

  private static final Set<String> LIKE_INPUTS =
      Set.of(
          "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitShift", "BitwiseAnd", "BitwiseNot",
          "BitwiseOr", "BitwiseXor", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos", "Cosh", "Div", "Elu", "Equal", "Erf", "Exp",
          "Floor",
          "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Less",
          "LessOrEqual", "Log", "Max", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "Reciprocal", "Relu",
          "Round", "Selu", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Tan", "Tanh",
          "ThresholdedRelu", "Where", "Xor");

  private static final Set<String> AT_MOST_INPUT =
      Set.of(
          "ArgMax", "ArgMin", "CumSum", "DepthToSpace", "Flatten", "Hardmax", "LogSoftmax", "ReduceL1", "ReduceL2",
          "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
          "ReduceSumSquare", "Reshape", "ScatterElements", "ScatterND", "Slice", "Softmax", "SpaceToDepth", "Split",
          "Squeeze", "TopK", "Transpose", "Trilu", "Unsqueeze", "LayerNormalization", "LpNormalization");

  private FoldSize() {}

  /** A bound for the elements of all outputs of {@code node} together; empty where it should not be folded. */
  static OptionalLong bound(Node node, Map<String, Tensor> constants) {
    if (!node.domain().isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long elements = elements(node, constants);
      return elements < 0 ? OptionalLong.empty() : OptionalLong.of(elements);
    } catch (ArithmeticException | IllegalStateException | IndexOutOfBoundsException e) {
      // A bound beyond 64 bits, or an operand that no valid node has: the runtime will say so.
      return OptionalLong.empty();
    }
  }

  private static long elements(Node node, Map<String, Tensor> constants) {
    if (LIKE_INPUTS.contains(node.opType())) {
      return broadcast(node, constants);
    }
    if (AT_MOST_INPUT.contains(node.opType())) {
      return operand(node, 0, constants).shape().elements();
    }
    return switch (node.opType()) {
      case "Shape", "Size" -> 64;
      case "NonZero" -> operand(node, 0, constants).shape().elements() * Math.max(1, operand(node, 0, constants).shape().rank());
      case "Concat" -> {
        long sum = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
          sum = Math.addExact(sum, operand(node, i, constants).shape().elements());
        }
        yield sum;
      }
      case "Gather" -> {
        Shape data = operand(node, 0, constants).shape();
        int along = Math.max(1, data.dim((int) node.intAttribute("axis", 0)));
        yield Math.multiplyExact(operand(node, 1, constants).shape().elements(), data.elements() / along);
      }
      case "GatherElements" -> operand(node, 1, constants).shape().elements();
      case "GatherND" ->
          Math.multiplyExact(operand(node, 0, constants).shape().elements(), operand(node, 1, constants).shape().elements());
      case "Expand" -> {
        Shape data = operand(node, 0, constants).shape();
        long product = Math.max(1, data.elements());
        for (long dimension : operand(node, 1, constants).integers()) {
          product = Math.multiplyExact(product, Math.max(1, dimension));
        }
        yield Math.min(product, expanded(data, operand(node, 1, constants).integers()));
      }
      case "ConstantOfShape" -> {
        long product = 1;
        for (long dimension : operand(node, 0, constants).integers()) {
          product = Math.multiplyExact(product, dimension);
        }
        yield product;
      }
      case "Tile" -> {
        long product = operand(node, 0, constants).shape().elements();
        for (long repeat : operand(node, 1, constants).integers()) {
          product = Math.multiplyExact(product, repeat);
        }
        yield product;
      }
      case "Range" -> range(node, constants);
      case "Pad" -> {
        Shape data = operand(node, 0, constants).shape();
        long[] pads = operand(node, 1, constants).integers();
        long product = 1;
        for (int axis = 0; axis < data.rank(); axis++) {
          long added = 0;
          for (long pad : pads) {
            added += Math.max(0, pad);
          }
          product = Math.multiplyExact(product, data.dim(axis) + added);
        }
        yield product;
      }
      case "OneHot" ->
          Math.multiplyExact(operand(node, 0, constants).shape().elements(), operand(node, 1, constants).integers()[0]);
      case "EyeLike" -> operand(node, 0, constants).shape().elements();
      case "MatMul", "Gemm" -> {
        Shape a = operand(node, 0, constants).shape();
        Shape b = operand(node, 1, constants).shape();
        yield a.rank() == 2 && b.rank() == 2 ? Math.multiplyExact((long) Math.max(a.dim(0), a.dim(1)), Math.max(b.dim(0), b.dim(1))) : -1;
      }
      default -> -1;
    };
  }

  private static long expanded(Shape data, long[] target) {
    int rank = Math.max(data.rank(), target.length);
    long product = 1;
    for (int i = 1; i <= rank; i++) {
      long have = i <= data.rank() ? data.dim(-i) : 1;
      long want = i <= target.length ? target[target.length - i] : 1;
      product = Math.multiplyExact(product, Math.max(have, want));
    }
    return product;
  }

  private static long range(Node node, Map<String, Tensor> constants) {
    if (operand(node, 0, constants).type().isFloatingPoint()) {
      return -1;
    }
    long start = operand(node, 0, constants).integers()[0];
    long limit = operand(node, 1, constants).integers()[0];
    long delta = operand(node, 2, constants).integers()[0];
    return delta == 0 ? -1 : Math.max(0, Math.subtractExact(limit, start) / delta + 1);
  }

  private static long broadcast(Node node, Map<String, Tensor> constants) {
    int rank = 0;
    for (int i = 0; i < node.inputs().size(); i++) {
      if (node.input(i).isPresent()) {
        rank = Math.max(rank, operand(node, i, constants).shape().rank());
      }
    }
    long product = 1;
    for (int axis = 1; axis <= rank; axis++) {
      long longest = 1;
      for (int i = 0; i < node.inputs().size(); i++) {
        if (node.input(i).isPresent()) {
          Shape shape = operand(node, i, constants).shape();
          longest = axis <= shape.rank() ? Math.max(longest, shape.dim(-axis)) : longest;
        }
      }
      product = Math.multiplyExact(product, longest);
    }
    return product;
  }

  private static Tensor operand(Node node, int index, Map<String, Tensor> constants) {
    Tensor value = node.input(index).map(constants::get).orElse(null);
    if (value == null) {
      throw new IllegalStateException("operand " + index + " is missing");
    }
    return value;
  }
}
