package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Window;

/**
 * How the taps of a depthwise convolution stand in the groups of four that one instruction sums: row by row without gaps, or, for
 * two neighbouring pixels at once, a group for each row of taps, which meets the four pixels of that row that the two see.
 *
 * @param window geometry
 * @param pixels output pixels that share groups, 1 or 2
 */
record TapGroups(Window window, int pixels) {

  /** The groups that need the least work. */
  static TapGroups of(Window window) {
    boolean shared =
        window.strideX() == 1
            && window.dilationX() == 1
            && window.outputWidth() > 1
            && window.kernelWidth() < DepthwiseCode.GROUP
            && window.kernelHeight() < 2 * Math.ceilDiv(window.taps(), DepthwiseCode.GROUP);
    return new TapGroups(window, shared ? 2 : 1);
  }

  /** Number of groups. */
  int count() {
    return pixels == 1 ? Math.ceilDiv(window.taps(), DepthwiseCode.GROUP) : window.kernelHeight();
  }

  /** The group of {@code tap}. */
  int group(int tap) {
    return pixels == 1 ? tap / DepthwiseCode.GROUP : tap / window.kernelWidth();
  }

  /** The place of {@code tap} in its group, for one of the pixels. */
  int place(int tap, int pixel) {
    return pixels == 1 ? tap % DepthwiseCode.GROUP : tap % window.kernelWidth() + pixel;
  }

  /** Bytes from what the first pixel sees first to what stands at a place; what fills a group up is seen anyway, with weights of 0. */
  long offset(int group, int place, int pitch, int channels) {
    int tap = Math.min(group * DepthwiseCode.GROUP + place, window.taps() - 1);
    int row = pixels == 1 ? tap / window.kernelWidth() : group;
    int column = pixels == 1 ? tap % window.kernelWidth() : Math.min(place, window.kernelWidth());
    return (long) row * window.dilationY() * pitch + (long) column * window.dilationX() * channels;
  }
}
