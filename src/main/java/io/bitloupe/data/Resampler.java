package io.bitloupe.data;

/**
 * Bilinear resizing with antialiasing, as Pillow's {@code BILINEAR} and so torchvision's {@code Resize} on pictures: a triangle
 * filter, widened by the factor when a picture shrinks, first along rows and then along columns, each pass rounded to 8 bits
 * with coefficients of 22 fractional bits.
 */
final class Resampler {

  private static final int PRECISION = 32 - 8 - 2;

  private Resampler() {}

  static Pixels resize(Pixels source, int width, int height) {
    Pixels wide = width == source.width() ? source : horizontal(source, width);
    return height == wide.height() ? wide : vertical(wide, height);
  }

  /**
   * Which source samples make up a target sample.
   *
   * @param first index of the first
   * @param weights fixed-point weight of each
   */
  private record Window(int first, int[] weights) {}

  private static Pixels horizontal(Pixels source, int width) {
    int channels = source.channels();
    byte[] result = new byte[width * source.height() * channels];
    Window[] windows = windows(source.width(), width);
    for (int row = 0; row < source.height(); row++) {
      for (int column = 0; column < width; column++) {
        Window window = windows[column];
        for (int channel = 0; channel < channels; channel++) {
          int sum = 1 << (PRECISION - 1);
          for (int i = 0; i < window.weights.length; i++) {
            sum += window.weights[i] * source.at(row, window.first + i, channel);
          }
          result[(row * width + column) * channels + channel] = clip(sum);
        }
      }
    }
    return new Pixels(width, source.height(), channels, result);
  }

  private static Pixels vertical(Pixels source, int height) {
    int channels = source.channels();
    int width = source.width();
    byte[] result = new byte[width * height * channels];
    Window[] windows = windows(source.height(), height);
    for (int row = 0; row < height; row++) {
      Window window = windows[row];
      for (int column = 0; column < width; column++) {
        for (int channel = 0; channel < channels; channel++) {
          int sum = 1 << (PRECISION - 1);
          for (int i = 0; i < window.weights.length; i++) {
            sum += window.weights[i] * source.at(window.first + i, column, channel);
          }
          result[(row * width + column) * channels + channel] = clip(sum);
        }
      }
    }
    return new Pixels(width, height, channels, result);
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> PRECISION, 0, 255);
  }

  private static Window[] windows(int from, int to) {
    double scale = (double) from / to;
    double support = Math.max(1, scale);
    Window[] windows = new Window[to];
    for (int target = 0; target < to; target++) {
      double center = (target + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int last = Math.min(from, (int) (center + support + 0.5));
      double[] weights = new double[last - first];
      double total = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.max(0, 1 - Math.abs((i + first - center + 0.5) / support));
        total += weights[i];
      }
      int[] fixed = new int[weights.length];
      for (int i = 0; i < fixed.length; i++) {
        fixed[i] = (int) (0.5 + weights[i] / total * (1 << PRECISION));
      }
      windows[target] = new Window(first, fixed);
    }
    return windows;
  }
}
