package io.bitloupe.data;

/**
 * A picture of 8-bit samples.
 *
 * @param width columns
 * @param height rows
 * @param channels 1 (gray) or 3 (red, green, blue)
 * @param samples row by row, the channels of a pixel together; never modified
 */
record Pixels(int width, int height, int channels, byte[] samples) {

  /** Checks that there is a byte for each sample. */
  Pixels {
    if (samples.length != width * height * channels) {
      throw new IllegalArgumentException("%d bytes for %d×%d×%d samples".formatted(samples.length, width, height, channels));
    }
  }

  /** The sample at a position, 0 to 255. */
  int at(int row, int column, int channel) {
    return Byte.toUnsignedInt(samples[(row * width + column) * channels + channel]);
  }

  /**
   * The part from {@code top}, {@code left} on; what lies outside is black.
   *
   * @param top may be negative
   * @param left may be negative
   */
  Pixels crop(int left, int top, int newWidth, int newHeight) {
    if (left == 0 && top == 0 && newWidth == width && newHeight == height) {
      return this;
    }
    byte[] cropped = new byte[newWidth * newHeight * channels];
    int firstColumn = Math.max(0, -left);
    int lastColumn = Math.min(newWidth, width - left);
    for (int row = Math.max(0, -top); row < Math.min(newHeight, height - top); row++) {
      int from = ((row + top) * width + left + firstColumn) * channels;
      int to = (row * newWidth + firstColumn) * channels;
      System.arraycopy(samples, from, cropped, to, Math.max(0, lastColumn - firstColumn) * channels);
    }
    return new Pixels(newWidth, newHeight, channels, cropped);
  }

  /** In color, gray becoming three equal channels. */
  Pixels toColor() {
    if (channels == 3) {
      return this;
    }
    byte[] color = new byte[samples.length * 3];
    for (int i = 0; i < samples.length; i++) {
      color[3 * i] = samples[i];
      color[3 * i + 1] = samples[i];
      color[3 * i + 2] = samples[i];
    }
    return new Pixels(width, height, 3, color);
  }

  /** In gray, by the weights of ITU-R 601 in 16-bit fixed point, as Pillow does. */
  Pixels toGray() {
    if (channels == 1) {
      return this;
    }
    byte[] gray = new byte[width * height];
    for (int i = 0; i < gray.length; i++) {
      int red = Byte.toUnsignedInt(samples[3 * i]);
      int green = Byte.toUnsignedInt(samples[3 * i + 1]);
      int blue = Byte.toUnsignedInt(samples[3 * i + 2]);
      gray[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
    }
    return new Pixels(width, height, 1, gray);
  }
}
