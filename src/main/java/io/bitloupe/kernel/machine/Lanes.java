package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Window;

/**
 * How the channels of a depthwise convolution fill blocks of 64. Where its stride along a row is 1, what neighbouring pixels see
 * is laid out as their channels are, so some pixels together are one pixel of more channels, whose blocks may be fuller.
 *
 * @param pixels neighbouring output pixels that are taken as one
 * @param channels channels of one of them
 */
record Lanes(int pixels, int channels) {

  /** The lanes that need the least work. */
  static Lanes of(Window window, int channels) {
    Lanes best = new Lanes(1, channels);
    for (int pixels = 2; window.strideX() == 1 && pixels <= window.outputWidth(); pixels++) {
      Lanes lanes = new Lanes(pixels, channels);
      if (lanes.work(window) < best.work(window)) {
        best = lanes;
      }
    }
    return best;
  }

  /** Blocks for a row of output pixels. */
  private int work(Window window) {
    return blocks() * runs(window);
  }

  /** Lanes that count. */
  int count() {
    return pixels * channels;
  }

  /** Blocks of 64 lanes. */
  int blocks() {
    return Math.ceilDiv(count(), DepthwiseCode.LANES);
  }

  /** Groups of pixels that cover a row; the second one begins within the first where they do not divide it. */
  int runs(Window window) {
    return Math.ceilDiv(window.outputWidth(), pixels);
  }
}
