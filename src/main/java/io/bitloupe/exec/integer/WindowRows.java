package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Window;
import java.util.Arrays;

/**
 * What each output pixel of a convolution sees of N x H x W x C images: taps row by row, the group's channels innermost.
 *
 * @param window geometry
 * @param images images of one sample
 * @param channels channels of the input
 * @param groups groups of channels
 */
record WindowRows(Window window, int images, int channels, int groups) implements Rows {

  @Override
  public int perSample() {
    return images * window.outputPixels();
  }

  @Override
  public int length() {
    return window.taps() * (channels / groups);
  }

  @Override
  public boolean dense() {
    return window.isPointwise() && groups == 1;
  }

  @Override
  public void gather(byte[] in, int firstRow, int count, int group, byte padding, byte[] panel) {
    int width = channels / groups;
    int to = 0;
    for (int row = firstRow; row < firstRow + count; row++) {
      int pixel = row % window.outputPixels();
      int outputY = pixel / window.outputWidth();
      int outputX = pixel % window.outputWidth();
      int image = row / window.outputPixels() * window.pixels();
      int firstX = window.inputColumn(outputX, 0);
      int lastX = window.inputColumn(outputX, window.kernelWidth() - 1);
      boolean inside = firstX >= 0 && lastX < window.width();
      for (int tapY = 0; tapY < window.kernelHeight(); tapY++) {
        int y = window.inputRow(outputY, tapY);
        int length = window.kernelWidth() * width;
        if (y < 0 || y >= window.height()) {
          Arrays.fill(panel, to, to + length, padding);
        } else if (inside && groups == 1 && window.dilationX() == 1) {
          System.arraycopy(in, (image + y * window.width() + firstX) * channels, panel, to, length);
        } else {
          gatherTaps(in, image + y * window.width(), firstX, group * width, width, padding, panel, to);
        }
        to += length;
      }
    }
  }

  private void gatherTaps(byte[] in, int rowStart, int firstX, int channel, int width, byte padding, byte[] panel, int to) {
    for (int tap = 0; tap < window.kernelWidth(); tap++) {
      int x = firstX + tap * window.dilationX();
      if (x < 0 || x >= window.width()) {
        Arrays.fill(panel, to, to + width, padding);
      } else {
        System.arraycopy(in, (rowStart + x) * channels + channel, panel, to, width);
      }
      to += width;
    }
  }

  @Override
  public void gather(Value in, int row, int group, int padding, int[] codes) {
    int width = channels / groups;
    int pixel = row % window.outputPixels();
    int image = row / window.outputPixels() * window.pixels();
    for (int tap = 0; tap < window.taps(); tap++) {
      int y = window.inputRow(pixel / window.outputWidth(), tap / window.kernelWidth());
      int x = window.inputColumn(pixel % window.outputWidth(), tap % window.kernelWidth());
      boolean inside = y >= 0 && y < window.height() && x >= 0 && x < window.width();
      for (int channel = 0; channel < width; channel++) {
        codes[tap * width + channel] =
            inside ? in.get((image + y * window.width() + x) * channels + group * width + channel) : padding;
      }
    }
  }
}
