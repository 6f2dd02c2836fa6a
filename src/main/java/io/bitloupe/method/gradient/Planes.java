package io.bitloupe.method.gradient;

import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;

/** How a kernel over two axes moves over a plane. */
record Planes(
    int height,
    int width,
    int outputHeight,
    int outputWidth,
    int kernelHeight,
    int kernelWidth,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int top,
    int left) {

  /** The kernel of {@code node} over planes of {@code in}. */
  static Planes of(Node node, Shape in, Shape out, int... kernel) {
    int[] strides = node.intsAttribute("strides", 1, 1);
    int[] dilations = node.intsAttribute("dilations", 1, 1);
    int[] pads = node.intsAttribute("pads", 0, 0, 0, 0);
    String auto = node.stringAttribute("auto_pad", "NOTSET");
    boolean same = auto.startsWith("SAME");
    int top = same ? before(auto, (out.dim(2) - 1) * strides[0] + (kernel[0] - 1) * dilations[0] + 1 - in.dim(2)) : pads[0];
    int left = same ? before(auto, (out.dim(3) - 1) * strides[1] + (kernel[1] - 1) * dilations[1] + 1 - in.dim(3)) : pads[1];
    return new Planes(
        in.dim(2), in.dim(3), out.dim(2), out.dim(3), kernel[0], kernel[1], strides[0], strides[1], dilations[0], dilations[1], top, left);
  }

  private static int before(String auto, int total) {
    int padding = Math.max(0, total);
    return auto.equals("SAME_UPPER") ? padding / 2 : (padding + 1) / 2;
  }

  /** Where in the input plane a tap of the kernel lies at the output place {@code place}; -1 in the padding. */
  int position(int place, int ky, int kx) {
    int y = place / outputWidth * strideY - top + ky * dilationY;
    int x = place % outputWidth * strideX - left + kx * dilationX;
    return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : -1;
  }

  private boolean isPointwise() {
    return kernelHeight == 1 && kernelWidth == 1 && strideX == 1 && strideY == 1 && height == outputHeight && width == outputWidth;
  }

  /** Adds {@code weight} times the output plane at {@code from} to what the tap {@code tap} reads of the input plane at {@code to}. */
  void scatter(float[] output, int from, float weight, int tap, float[] input, int to) {
    if (isPointwise()) {
      for (int i = 0; i < outputHeight * outputWidth; i++) {
        input[to + i] += weight * output[from + i];
      }
      return;
    }
    int dy = tap / kernelWidth * dilationY - top;
    int dx = tap % kernelWidth * dilationX - left;
    int first = dx >= 0 ? 0 : Math.ceilDiv(-dx, strideX);
    int last = Math.min(outputWidth, width - dx <= 0 ? 0 : (width - dx - 1) / strideX + 1);
    for (int oy = 0; oy < outputHeight; oy++) {
      int y = oy * strideY + dy;
      if (y >= 0 && y < height) {
        int row = to + y * width + dx;
        int source = from + oy * outputWidth;
        if (strideX == 1) {
          for (int ox = first; ox < last; ox++) {
            input[row + ox] += weight * output[source + ox];
          }
        } else {
          for (int ox = first; ox < last; ox++) {
            input[row + ox * strideX] += weight * output[source + ox];
          }
        }
      }
    }
  }
}
