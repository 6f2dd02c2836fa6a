package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Window;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import java.util.Arrays;

/**
 * Which elements of its two operands one output element of a Conv, Gemm or MatMul multiplies, for one sample in the graph's layout.
 *
 * @param left index into the first operand of each product, -1 in the padding; never modified
 * @param right index into the second operand of each product; never modified
 * @param channel output channel: what a scale of its own for each channel counts
 * @param taps products of one input channel: the kernel's size, 1 for matrices
 */
public record ElementTerms(int[] left, int[] right, int channel, int taps) {

  /** Stands for an element of the padding. */
  public static final int PADDING = -1;

  /** Number of products. */
  public int length() {
    return left.length;
  }

  /**
   * The terms of output element {@code element}.
   *
   * @param node the operator, its geometry written out
   * @param first shape of the first operand
   * @param second shape of the second operand
   * @param output shape of the output
   * @throws IllegalArgumentException for other operators; one sentence
   */
  public static ElementTerms of(Node node, Shape first, Shape second, Shape output, int element) {
    return switch (node.opType()) {
      case "Conv" -> convolution(node, first, second, output, element);
      case "Gemm" ->
          matrix(
              first, node.intAttribute("transA", 0) != 0, second, node.intAttribute("transB", 0) != 0, output, element);
      case "MatMul" -> matrix(first, false, second, false, output, element);
      default -> throw new IllegalArgumentException("a %s adds no products".formatted(node.opType()));
    };
  }

  private static ElementTerms convolution(Node node, Shape input, Shape weights, Shape output, int element) {
    int[] kernel = Arrays.copyOfRange(weights.toArray(), 2, weights.rank());
    Window window = Windows.of(node, kernel, input, output);
    int groups = Math.toIntExact(node.intAttribute("group", 1));
    int channels = input.dim(1);
    int perGroup = channels / groups;
    int pixel = element % window.outputPixels();
    int channel = element / window.outputPixels() % output.dim(1);
    int image = element / window.outputPixels() / output.dim(1);
    int firstChannel = channel / (output.dim(1) / groups) * perGroup;
    int taps = window.taps();
    int[] left = new int[perGroup * taps];
    int[] right = new int[left.length];
    for (int i = 0; i < left.length; i++) {
      int tap = i % taps;
      int y = window.inputRow(pixel / window.outputWidth(), tap / window.kernelWidth());
      int x = window.inputColumn(pixel % window.outputWidth(), tap % window.kernelWidth());
      boolean inside = y >= 0 && y < window.height() && x >= 0 && x < window.width();
      int plane = image * channels + firstChannel + i / taps;
      left[i] = inside ? (plane * window.height() + y) * window.width() + x : PADDING;
      right[i] = channel * left.length + i;
    }
    return new ElementTerms(left, right, channel, taps);
  }

  private static ElementTerms matrix(
      Shape first, boolean transposedFirst, Shape second, boolean transposedSecond, Shape output, int element) {
    if (first.rank() < 2 || second.rank() < 2) {
      throw new IllegalArgumentException("a product of %s and %s is not one of matrices".formatted(first, second));
    }
    int n = second.dim(transposedSecond ? -2 : -1);
    int k = second.dim(transposedSecond ? -1 : -2);
    int m = first.dim(transposedFirst ? -1 : -2);
    int column = element % n;
    int row = element / n % m;
    int batch = element / n / m;
    int startFirst = start(first, output, batch) * m * k;
    int startSecond = start(second, output, batch) * k * n;
    int[] left = new int[k];
    int[] right = new int[k];
    for (int i = 0; i < k; i++) {
      left[i] = startFirst + (transposedFirst ? i * m + row : row * k + i);
      right[i] = startSecond + (transposedSecond ? column * k + i : i * n + column);
    }
    return new ElementTerms(left, right, column, 1);
  }

  /** Which matrix of a broadcast batch stands at position {@code batch} of the output's batch. */
  private static int start(Shape operand, Shape output, int batch) {
    int rest = batch;
    int matrix = 0;
    int stride = 1;
    for (int axis = 3; axis <= operand.rank(); axis++) {
      int size = operand.dim(operand.rank() - axis);
      int outer = output.dim(output.rank() - axis);
      matrix += size == 1 ? 0 : rest % outer * stride;
      rest /= outer;
      stride *= size;
    }
    return matrix;
  }
}
