package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Window;

/**
 * How the taps of a depthwise convolution stand in the groups of four that one instruction sums: row by row without gaps, or, for
 * two neighbouring output rows at once, a group for each column of taps, which meets the four pixels of that column that the two
 * see.
 *
 * @param window geometry
 * @param outputRows output rows that share groups, 1 or 2
 */
record TapGroups(Window window, int outputRows) {

  /** The groups that need the least work. */
  static TapGroups of(Window window) {
    boolean shared =
        window.strideY() == 1
            && window.dilationY() == 1
            && window.outputHeight() > 1
            && window.kernelHeight() < DepthwiseCode.GROUP
            && window.kernelWidth() < 2 * Math.ceilDiv(window.taps(), DepthwiseCode.GROUP);
    return new TapGroups(window, shared ? 2 : 1);
  }

  /** Number of groups. */
  int count() {
    return outputRows == 1 ? Math.ceilDiv(window.taps(), DepthwiseCode.GROUP) : window.kernelWidth();
  }

  /** The group of {@code tap}. */
  int group(int tap) {
    return outputRows == 1 ? tap / DepthwiseCode.GROUP : tap % window.kernelWidth();
  }

  /** The place of {@code tap} in its group, for one of the output rows. */
  int place(int tap, int outputRow) {
    return outputRows == 1 ? tap % DepthwiseCode.GROUP : tap / window.kernelWidth() + outputRow;
  }

  /**
   * Bytes from what the first output row sees first to what stands at a place. What fills a group up is seen anyway, with weights
   * of 0.
   *
   * @param rows output rows that are asked for, at most {@link #outputRows}
   * @param pitch bytes from one row of the image to the next
   */
  long offset(int group, int place, int rows, int pitch, int channels) {
    int tap = Math.min(group * DepthwiseCode.GROUP + place, window.taps() - 1);
    int row = outputRows == 1 ? tap / window.kernelWidth() : Math.min(place, window.kernelHeight() + rows - 2);
    int column = outputRows == 1 ? tap % window.kernelWidth() : group;
    return (long) row * window.dilationY() * pitch + (long) column * window.dilationX() * channels;
  }
}
