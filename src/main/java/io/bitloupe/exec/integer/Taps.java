package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Window;
import java.util.function.IntConsumer;

/** Visits the input pixels under a window. */
final class Taps {

  private Taps() {}

  /** Calls back with the input pixel of each tap inside the input, row by row; returns how many there are. */
  static int forEach(Window window, int outputPixel, IntConsumer pixel) {
    int count = 0;
    int outputY = outputPixel / window.outputWidth();
    int outputX = outputPixel % window.outputWidth();
    for (int tapY = 0; tapY < window.kernelHeight(); tapY++) {
      int y = window.inputRow(outputY, tapY);
      if (y < 0 || y >= window.height()) {
        continue;
      }
      for (int tapX = 0; tapX < window.kernelWidth(); tapX++) {
        int x = window.inputColumn(outputX, tapX);
        if (x >= 0 && x < window.width()) {
          pixel.accept(y * window.width() + x);
          count++;
        }
      }
    }
    return count;
  }
}
