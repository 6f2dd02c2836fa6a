package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Window;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import java.util.Arrays;

/** Reads the geometry of convolutions and poolings from their attributes. */
public final class Windows {

  private Windows() {}

  /**
   * The window of a Conv or a pooling with one or two spatial axes.
   *
   * @param node the operator
   * @param kernel taps along each spatial axis
   * @param input shape of the input for one sample
   * @param output shape of the output for one sample
   */
  public static Window of(Node node, int[] kernel, Shape input, Shape output) {
    int axes = input.rank() - 2;
    if (axes < 1 || axes > 2) {
      throw new IllegalArgumentException("a %s with %d spatial axes has no integer step".formatted(node.opType(), axes));
    }
    int[] strides = node.intsAttribute("strides", ones(axes));
    int[] dilations = node.intsAttribute("dilations", ones(axes));
    int[] begin = new int[axes];
    int[] end = new int[axes];
    String autoPad = node.stringAttribute("auto_pad", "NOTSET");
    int[] pads = node.intsAttribute("pads", new int[2 * axes]);
    for (int axis = 0; axis < axes; axis++) {
      int extent = (kernel[axis] - 1) * dilations[axis] + 1;
      switch (autoPad) {
        case "SAME_UPPER", "SAME_LOWER" -> {
          int total = Math.max(0, (output.dim(axis + 2) - 1) * strides[axis] + extent - input.dim(axis + 2));
          begin[axis] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
          end[axis] = total - begin[axis];
        }
        case "VALID" -> {
          // No padding.
        }
        default -> {
          begin[axis] = pads[axis];
          end[axis] = pads[axis + axes];
        }
      }
    }
    int y = axes - 2;
    int x = axes - 1;
    return new Window(
        y < 0 ? 1 : input.dim(2),
        input.dim(x + 2),
        y < 0 ? 1 : output.dim(2),
        output.dim(x + 2),
        y < 0 ? 1 : kernel[y],
        kernel[x],
        y < 0 ? 1 : strides[y],
        strides[x],
        y < 0 ? 1 : dilations[y],
        dilations[x],
        y < 0 ? 0 : begin[y],
        begin[x],
        y < 0 ? 0 : end[y],
        end[x]);
  }

  /** The window that covers a whole image. */
  static Window global(Shape input) {
    int height = input.rank() > 3 ? input.product(2, input.rank() - 1) : 1;
    int width = input.dim(-1);
    return new Window(height, width, 1, 1, height, width, 1, 1, 1, 1, 0, 0, 0, 0);
  }

  private static int[] ones(int length) {
    int[] ones = new int[length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
