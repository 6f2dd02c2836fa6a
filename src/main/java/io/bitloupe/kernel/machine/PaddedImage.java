package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import java.util.Arrays;

/**
 * The part of an image that some output rows see, padding included. Where no padding is seen, it is the image itself.
 *
 * @param codes codes
 * @param offset index of the first code that the first output pixel sees
 * @param pitch codes from one row of pixels to the next
 */
record PaddedImage(byte[] codes, int offset, int pitch) {

  /** What output rows {@code firstRow} to {@code firstRow + rows - 1} see of an image at {@code inputOffset}. */
  static PaddedImage of(
      byte[] input, int inputOffset, Window window, int channels, int padding, int firstRow, int rows, Scratch scratch) {
    int top = window.inputRow(firstRow, 0);
    int bottom = window.inputRow(firstRow + rows - 1, window.kernelHeight() - 1);
    int left = window.inputColumn(0, 0);
    int right = window.inputColumn(window.outputWidth() - 1, window.kernelWidth() - 1);
    int imagePitch = window.width() * channels;
    if (top >= 0 && left >= 0 && bottom < window.height() && right < window.width()) {
      return new PaddedImage(input, inputOffset + top * imagePitch + left * channels, imagePitch);
    }
    int pitch = (right - left + 1) * channels;
    byte[] copy = scratch.panel((bottom - top + 1) * pitch);
    int first = Math.max(0, left);
    int last = Math.min(window.width() - 1, right);
    for (int y = top; y <= bottom; y++) {
      int row = (y - top) * pitch;
      if (y < 0 || y >= window.height() || first > last) {
        Arrays.fill(copy, row, row + pitch, (byte) padding);
        continue;
      }
      int inside = row + (first - left) * channels;
      int end = inside + (last - first + 1) * channels;
      Arrays.fill(copy, row, inside, (byte) padding);
      System.arraycopy(input, inputOffset + y * imagePitch + first * channels, copy, inside, end - inside);
      Arrays.fill(copy, end, row + pitch, (byte) padding);
    }
    return new PaddedImage(copy, 0, pitch);
  }
}
