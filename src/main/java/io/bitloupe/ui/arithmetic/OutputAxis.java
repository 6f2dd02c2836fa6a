package io.bitloupe.ui.arithmetic;

import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Shape;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis along which an output element is chosen.
 *
 * @param name what it counts
 * @param size its length
 * @param stride distance of neighbours in the output, in elements
 */
public record OutputAxis(String name, int size, int stride) {

  /** The axes of the layer's output for one sample, outermost first; an outermost axis of length 1 is left out. */
  static List<OutputAxis> of(Layer layer, Shape output) {
    List<OutputAxis> axes = new ArrayList<>();
    int rank = output.rank();
    for (int axis = 0; axis < rank; axis++) {
      if (axis > 0 || output.dim(0) > 1) {
        axes.add(new OutputAxis(name(layer.kind(), axis, rank), output.dim(axis), output.product(axis + 1, rank)));
      }
    }
    return axes;
  }

  private static String name(LayerKind kind, int axis, int rank) {
    boolean convolution = kind == LayerKind.CONV || kind == LayerKind.DEPTHWISE_CONV || kind == LayerKind.CONV_TRANSPOSE;
    if (axis == 0) {
      return Messages.get("arithmetic.axis.item");
    }
    if (convolution) {
      return Messages.get(axis == 1 ? "arithmetic.axis.channel" : axis == rank - 1 ? "arithmetic.axis.column" : "arithmetic.axis.row");
    }
    return Messages.get(
        axis == rank - 1 ? "arithmetic.axis.channel" : axis == rank - 2 ? "arithmetic.axis.row" : "arithmetic.axis.matrix");
  }

  /** Where {@code element} lies along this axis. */
  int of(int element) {
    return element / stride % size;
  }

  /** {@code element} moved to {@code position} along this axis. */
  int with(int element, int position) {
    return element + (position - of(element)) * stride;
  }
}
