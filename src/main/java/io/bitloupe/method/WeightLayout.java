package io.bitloupe.method;

import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Shape;

/**
 * How the weights of a layer are laid out: as a matrix of {@code outputs} rows by {@code columns} columns, the columns of a
 * convolution running over the input channels of its group and then over the kernel. Output channel o belongs to the group
 * {@code o / (outputs / groups)}.
 */
final class WeightLayout {

  private final int outputs;
  private final int columns;
  private final int groups;
  private final int kernel;
  private final boolean transposed;

  private WeightLayout(int outputs, int columns, int groups, int kernel, boolean transposed) {
    this.outputs = outputs;
    this.columns = columns;
    this.groups = groups;
    this.kernel = kernel;
    this.transposed = transposed;
  }

  /** Whether the layout of {@code layer} is known: Conv, and products with a constant matrix on the right. */
  static boolean isKnown(Layer layer) {
    return switch (layer.kind()) {
      case CONV, DEPTHWISE_CONV -> layer.weightShape().rank() >= 2;
      case GEMM -> layer.weightShape().rank() == 2 && layer.node().intAttribute("transA", 0) == 0;
      case MATMUL -> layer.weightShape().rank() == 2;
      case CONV_TRANSPOSE, ACTIVATION_MATMUL -> false;
    };
  }

  /** The layout of {@code layer}, which must be known. */
  static WeightLayout of(Layer layer) {
    Shape shape = layer.weightShape();
    if (layer.kind() == LayerKind.CONV || layer.kind() == LayerKind.DEPTHWISE_CONV) {
      int groups = (int) layer.node().intAttribute("group", 1);
      int kernel = shape.product(2, shape.rank());
      return new WeightLayout(shape.dim(0), shape.dim(1) * kernel, groups, kernel, false);
    }
    int axis = layer.outputChannelAxis();
    return new WeightLayout(shape.dim(axis), shape.dim(1 - axis), 1, 1, axis == 1);
  }

  /** Number of output channels. */
  int outputs() {
    return outputs;
  }

  /** Number of input channels, all groups together. */
  int inputs() {
    return columns / kernel * groups;
  }

  /** Weights of one output channel. */
  int columns() {
    return columns;
  }

  /** Number of groups. */
  int groups() {
    return groups;
  }

  /** Taps of the kernel; 1 for a matrix. */
  int kernel() {
    return kernel;
  }

  /** Group of the output channel {@code output}. */
  int group(int output) {
    return output / (outputs / groups);
  }

  /** Input channel that the weight at {@code column} of {@code output} meets. */
  int input(int output, int column) {
    return group(output) * (columns / kernel) + column / kernel;
  }

  /** Position in memory of the weight at {@code column} of {@code output}. */
  int index(int output, int column) {
    return transposed ? column * outputs + output : output * columns + column;
  }

  /** The weights of {@code output} as a fresh array. */
  float[] row(float[] weights, int output) {
    float[] row = new float[columns];
    for (int k = 0; k < columns; k++) {
      row[k] = weights[index(output, k)];
    }
    return row;
  }

  /** Puts {@code row} in the place of the weights of {@code output}. */
  void setRow(float[] weights, int output, float[] row) {
    for (int k = 0; k < columns; k++) {
      weights[index(output, k)] = row[k];
    }
  }
}
