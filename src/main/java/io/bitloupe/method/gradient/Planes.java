package io.bitloupe.method.gradient;

import io.bitloupe.exec.integer.Windows;
import io.bitloupe.kernel.Window;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;

/**
 * What a window reads of a plane of real numbers.
 *
 * @param window how it slides
 */
record Planes(Window window) {

  /** The kernel of {@code node} over planes of {@code in}. */
  static Planes of(Node node, Shape in, Shape out, int... kernel) {
    return new Planes(Windows.of(node, kernel, in, out));
  }

  /** Where in the input plane a tap of the kernel lies at the output place {@code place}; -1 in the padding. */
  int position(int place, int ky, int kx) {
    int y = window.inputRow(place / window.outputWidth(), ky);
    int x = window.inputColumn(place % window.outputWidth(), kx);
    return y >= 0 && y < window.height() && x >= 0 && x < window.width() ? y * window.width() + x : -1;
  }

  /** Adds {@code weight} times the output plane at {@code from} to what the tap {@code tap} reads of the input plane at {@code to}. */
  void scatter(float[] output, int from, float weight, int tap, float[] input, int to) {
    if (window.isPointwise()) {
      for (int i = 0; i < window.outputPixels(); i++) {
        input[to + i] += weight * output[from + i];
      }
      return;
    }
    int width = window.width();
    int outputWidth = window.outputWidth();
    int stride = window.strideX();
    int dx = window.inputColumn(0, tap % window.kernelWidth());
    int first = dx >= 0 ? 0 : Math.ceilDiv(-dx, stride);
    int last = Math.min(outputWidth, width - dx <= 0 ? 0 : (width - dx - 1) / stride + 1);
    for (int oy = 0; oy < window.outputHeight(); oy++) {
      int y = window.inputRow(oy, tap / window.kernelWidth());
      if (y >= 0 && y < window.height()) {
        int row = to + y * width + dx;
        int source = from + oy * outputWidth;
        for (int ox = first; ox < last; ox++) {
          input[row + ox * stride] += weight * output[source + ox];
        }
      }
    }
  }
}
