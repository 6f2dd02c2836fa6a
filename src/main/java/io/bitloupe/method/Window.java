package io.bitloupe.method;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Node;

/** The kernel of a convolution over two axes as it moves over the input. */
record Window(
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

  /** The window of {@code layer}, whose weights have four dimensions. */
  static Window of(Layer layer) {
    Node node = layer.node();
    int[] strides = node.intsAttribute("strides", 1, 1);
    int[] dilations = node.intsAttribute("dilations", 1, 1);
    int[] pads = node.intsAttribute("pads", 0, 0, 0, 0);
    int height = layer.inputShape().dim(2);
    int width = layer.inputShape().dim(3);
    int outputHeight = layer.outputShape().dim(2);
    int outputWidth = layer.outputShape().dim(3);
    int kernelHeight = layer.weightShape().dim(2);
    int kernelWidth = layer.weightShape().dim(3);
    String auto = node.stringAttribute("auto_pad", "NOTSET");
    int top = pads[0];
    int left = pads[1];
    if (auto.startsWith("SAME")) {
      top = before(auto, (outputHeight - 1) * strides[0] + (kernelHeight - 1) * dilations[0] + 1 - height);
      left = before(auto, (outputWidth - 1) * strides[1] + (kernelWidth - 1) * dilations[1] + 1 - width);
    }
    return new Window(
        height, width, outputHeight, outputWidth, kernelHeight, kernelWidth, strides[0], strides[1], dilations[0], dilations[1], top,
        left);
  }

  private static int before(String auto, int total) {
    int padding = Math.max(0, total);
    return auto.equals("SAME_UPPER") ? padding / 2 : (padding + 1) / 2;
  }

  /**
   * Copies what the kernel sees at the output place {@code place} of {@code channels} neighbouring planes from {@code base} on.
   *
   * @param row receives channels x kernelHeight x kernelWidth values
   */
  void gather(float[] values, int base, int channels, int place, float[] row) {
    int y0 = place / outputWidth * strideY - top;
    int x0 = place % outputWidth * strideX - left;
    int at = 0;
    for (int channel = 0; channel < channels; channel++) {
      int plane = base + channel * height * width;
      for (int ky = 0; ky < kernelHeight; ky++) {
        int y = y0 + ky * dilationY;
        for (int kx = 0; kx < kernelWidth; kx++) {
          int x = x0 + kx * dilationX;
          row[at++] = y >= 0 && y < height && x >= 0 && x < width ? values[plane + y * width + x] : 0;
        }
      }
    }
  }
}
