package io.bitloupe.exec.integer;

import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** Builds, for operators that move values, the map from output to input elements, both in the graph's order. */
final class Movements {

  private Movements() {}

  /** Transpose. */
  static int[] transpose(Node node, Shape input, Shape output) {
    int rank = input.rank();
    int[] reversed = new int[rank];
    Arrays.setAll(reversed, axis -> rank - 1 - axis);
    int[] permutation = node.intsAttribute("perm", reversed);
    int[] inputStrides = IndexMap.memoryStrides(input, Layout.PLAIN);
    int[] strides = new int[rank];
    Arrays.setAll(strides, axis -> inputStrides[permutation[axis]]);
    return separable(output, axis -> index -> index * strides[axis]);
  }

  /** Slice of opset 10 and later, with constant bounds. */
  static int[] slice(Node node, Shape input, Shape output, Map<String, Tensor> constants) {
    long[] starts = required(node, 1, constants);
    long[] axes = integers(node, 3, constants).orElseGet(() -> range(starts.length));
    long[] steps = integers(node, 4, constants).orElseGet(() -> filled(starts.length, 1));
    int[] inputStrides = IndexMap.memoryStrides(input, Layout.PLAIN);
    int[] first = new int[input.rank()];
    int[] step = new int[input.rank()];
    Arrays.fill(step, 1);
    for (int i = 0; i < starts.length; i++) {
      int axis = (int) (axes[i] < 0 ? axes[i] + input.rank() : axes[i]);
      long size = input.dim(axis);
      long start = starts[i] < 0 ? starts[i] + size : starts[i];
      first[axis] = (int) Math.clamp(start, 0, steps[i] < 0 ? size - 1 : size);
      step[axis] = Math.toIntExact(steps[i]);
    }
    return separable(output, axis -> index -> (first[axis] + index * step[axis]) * inputStrides[axis]);
  }

  /** Pad of opset 11 and later, with constant amounts; all modes. */
  static int[] pad(Node node, Shape input, Shape output, Map<String, Tensor> constants) {
    long[] pads = required(node, 1, constants);
    long[] axes = integers(node, 3, constants).orElseGet(() -> range(input.rank()));
    int[] begin = new int[input.rank()];
    for (int i = 0; i < axes.length; i++) {
      begin[(int) (axes[i] < 0 ? axes[i] + input.rank() : axes[i])] = Math.toIntExact(pads[i]);
    }
    int[] inputStrides = IndexMap.memoryStrides(input, Layout.PLAIN);
    String mode = node.stringAttribute("mode", "constant");
    return separable(
        output,
        axis ->
            index -> {
              int source = padded(index - begin[axis], input.dim(axis), mode);
              return source < 0 ? IndexMap.FILL : source * inputStrides[axis];
            });
  }

  /** The real number that Pad fills with. */
  static float padValue(Node node, Map<String, Tensor> constants) {
    return node.input(2).map(constants::get).map(tensor -> tensor.floats()[0]).orElse(0f);
  }

  /** Resize to nearest neighbours. */
  static int[] resize(Node node, Shape input, Shape output, Map<String, Tensor> constants) {
    if (!node.stringAttribute("mode", "nearest").equals("nearest")) {
      throw new IllegalArgumentException("a Resize that interpolates has no integer step");
    }
    String transformation = node.stringAttribute("coordinate_transformation_mode", "half_pixel");
    String rounding = node.stringAttribute("nearest_mode", "round_prefer_floor");
    Tensor scales = node.input(2).map(constants::get).filter(tensor -> tensor.elements() == input.rank()).orElse(null);
    int[] inputStrides = IndexMap.memoryStrides(input, Layout.PLAIN);
    return separable(
        output,
        axis -> {
          int from = input.dim(axis);
          int to = output.dim(axis);
          float scale = scales == null ? (float) to / from : scales.floats()[axis];
          return index -> Math.clamp(nearest(index, from, to, scale, transformation, rounding), 0, from - 1) * inputStrides[axis];
        });
  }

  private static int nearest(int index, int from, int to, float scale, String transformation, String rounding) {
    if (from == to) {
      return index;
    }
    float x =
        switch (transformation) {
          case "half_pixel" -> (index + 0.5f) / scale - 0.5f;
          case "pytorch_half_pixel" -> to > 1 ? (index + 0.5f) / scale - 0.5f : 0;
          case "asymmetric" -> index / scale;
          case "align_corners" -> to == 1 ? 0 : (float) index * (from - 1) / (to - 1);
          default -> throw new IllegalArgumentException("a Resize with " + transformation + " has no integer step");
        };
    return (int)
        switch (rounding) {
          case "round_prefer_floor" -> Math.ceil(x - 0.5f);
          case "round_prefer_ceil" -> Math.floor(x + 0.5f);
          case "floor" -> Math.floor(x);
          case "ceil" -> Math.ceil(x);
          default -> throw new IllegalArgumentException("a Resize with " + rounding + " has no integer step");
        };
  }

  private static int padded(int index, int size, String mode) {
    if (index >= 0 && index < size) {
      return index;
    }
    return switch (mode) {
      case "constant" -> -1;
      case "edge" -> Math.clamp(index, 0, size - 1);
      case "reflect" -> {
        int period = Math.max(1, 2 * (size - 1));
        int folded = Math.floorMod(index, period);
        yield folded < size ? folded : period - folded;
      }
      case "wrap" -> Math.floorMod(index, size);
      default -> throw new IllegalArgumentException("a Pad with mode " + mode + " has no integer step");
    };
  }

  /** The map in which each axis contributes an offset of its own, or a fill. */
  private static int[] separable(Shape output, IntFunction<IntUnaryOperator> offsetOfAxis) {
    int[] source = new int[Math.toIntExact(output.elements())];
    int inner = source.length;
    for (int axis = 0; axis < output.rank(); axis++) {
      int size = output.dim(axis);
      IntUnaryOperator offset = offsetOfAxis.apply(axis);
      int[] offsets = new int[size];
      Arrays.setAll(offsets, offset);
      inner = size == 0 ? 0 : inner / size;
      for (int i = 0; i < source.length; i++) {
        int own = offsets[i / inner % size];
        source[i] = own == IndexMap.FILL || source[i] == IndexMap.FILL ? IndexMap.FILL : source[i] + own;
      }
    }
    return source;
  }

  private static long[] required(Node node, int index, Map<String, Tensor> constants) {
    return integers(node, index, constants)
        .orElseThrow(() -> new IllegalArgumentException("input %d of %s is not constant".formatted(index, node.output())));
  }

  private static Optional<long[]> integers(Node node, int index, Map<String, Tensor> constants) {
    return node.input(index).map(constants::get).map(Tensor::integers);
  }

  private static long[] range(int length) {
    long[] range = new long[length];
    Arrays.setAll(range, i -> i);
    return range;
  }

  private static long[] filled(int length, long value) {
    long[] values = new long[length];
    Arrays.fill(values, value);
    return values;
  }
}
