package io.bitloupe.exec.integer;

import io.bitloupe.model.Shape;

/** The order in which a tensor of a plan lies in memory. */
enum Layout {
  /** As in the graph, row-major: N, C, H, W. */
  PLAIN,
  /** Axis 1 innermost: N, H, W, C. Convolutions then read and write whole runs of channels. */
  CHANNELS_LAST;

  /** The dimensions of {@code shape} in memory order. */
  int[] dimensions(Shape shape) {
    int[] graphOrder = shape.toArray();
    int[] axes = axes(shape.rank());
    int[] dimensions = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      dimensions[i] = graphOrder[axes[i]];
    }
    return dimensions;
  }

  /** For each axis in memory order, the axis of the graph that it is. */
  int[] axes(int rank) {
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      axes[i] = this == PLAIN || i == 0 ? i : i == rank - 1 ? 1 : i + 1;
    }
    return axes;
  }

  /** The memory axis of the graph's {@code axis}. */
  int memoryAxis(int axis, int rank) {
    if (this == PLAIN || axis == 0) {
      return axis;
    }
    return axis == 1 ? rank - 1 : axis - 1;
  }

  /** Whether a tensor of this shape lies the same way in both layouts. */
  static boolean coincide(Shape shape) {
    return shape.rank() < 3 || shape.dim(1) == 1 || shape.product(2, shape.rank()) == 1;
  }
}
