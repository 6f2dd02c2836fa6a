package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A sample as people can look at it: the picture as it was before preprocessing, or, for other data, its values as a grey map.
 *
 * @param kind what it shows
 * @param width columns
 * @param height rows
 * @param pixels row by row, 8 bits each of alpha, red, green and blue; never modified
 */
public record SamplePicture(Kind kind, int width, int height, int[] pixels) {

  /** What a picture shows. */
  public enum Kind {
    /** A picture. */
    PICTURE,
    /** Values of a matrix, dark for small ones. */
    MATRIX,
    /** Values one after the other, as a curve. */
    CURVE
  }

  private static final int OPAQUE = 0xFF000000;
  private static final int CURVE_HEIGHT = 48;
  private static final int MOST_COLUMNS = 256;
  private static final int INK = OPAQUE | 0x57606A;
  private static final int PAPER = OPAQUE | 0xF6F8FA;

  /**
   * The picture of one sample.
   *
   * @param input the model's first input for the sample
   * @param preprocessing how a picture became numbers; values of pictures are stretched to the full range where it is unknown
   */
  public static SamplePicture of(Tensor input, Optional<Preprocessing> preprocessing) {
    if (input.type() != DataType.FLOAT) {
      return curve(numbers(input));
    }
    float[] values = input.floats();
    Shape shape = input.shape();
    if (shape.rank() == 4 && isChannels(shape.dim(1)) && shape.dim(2) > 1 && shape.dim(3) > 1) {
      return picture(values, shape.dim(1), shape.dim(2), shape.dim(3), shape.dim(2) * shape.dim(3), 1, preprocessing);
    }
    if (shape.rank() == 4 && isChannels(shape.dim(3)) && shape.dim(1) > 1 && shape.dim(2) > 1) {
      return picture(values, shape.dim(3), shape.dim(1), shape.dim(2), 1, shape.dim(3), preprocessing);
    }
    if (shape.rank() >= 2 && shape.dim(-1) > 1 && shape.dim(-2) > 1) {
      return matrix(values, shape.dim(-2), shape.dim(-1));
    }
    return curve(values);
  }

  private static boolean isChannels(int size) {
    return size == 1 || size == 3;
  }

  private static SamplePicture picture(
      float[] values, int channels, int height, int width, int channelStride, int pixelStride, Optional<Preprocessing> preprocessing) {
    float[] low = new float[channels];
    float[] span = new float[channels];
    boolean swapped = false;
    if (preprocessing.isPresent() && preprocessing.get().color().channels() == channels) {
      Preprocessing it = preprocessing.get();
      for (int channel = 0; channel < channels; channel++) {
        low[channel] = -at(it.mean(), channel) / at(it.std(), channel);
        span[channel] = 1 / at(it.std(), channel);
      }
      swapped = it.color() == Preprocessing.Color.BGR;
    } else {
      float[] range = range(values, channels * height * width);
      Arrays.fill(low, range[0]);
      Arrays.fill(span, range[1] - range[0]);
    }
    int[] pixels = new int[height * width];
    for (int i = 0; i < pixels.length; i++) {
      int red = grey(values[i * pixelStride], low[0], span[0]);
      int green = channels == 1 ? red : grey(values[channelStride + i * pixelStride], low[1], span[1]);
      int blue = channels == 1 ? red : grey(values[2 * channelStride + i * pixelStride], low[2], span[2]);
      pixels[i] = OPAQUE | (swapped ? blue : red) << 16 | green << 8 | (swapped ? red : blue);
    }
    return new SamplePicture(Kind.PICTURE, width, height, pixels);
  }

  private static float at(List<Float> values, int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }

  private static SamplePicture matrix(float[] values, int height, int width) {
    float[] range = range(values, height * width);
    int[] pixels = new int[height * width];
    for (int i = 0; i < pixels.length; i++) {
      int grey = grey(values[i], range[0], range[1] - range[0]);
      pixels[i] = OPAQUE | grey << 16 | grey << 8 | grey;
    }
    return new SamplePicture(Kind.MATRIX, width, height, pixels);
  }

  private static SamplePicture curve(float[] values) {
    int width = Math.clamp(values.length, 1, MOST_COLUMNS);
    float[] range = range(values, values.length);
    int[] pixels = new int[width * CURVE_HEIGHT];
    Arrays.fill(pixels, PAPER);
    for (int i = 0; i < values.length; i++) {
      int column = (int) ((long) i * width / values.length);
      int row = CURVE_HEIGHT - 1 - grey(values[i], range[0], range[1] - range[0]) * (CURVE_HEIGHT - 1) / 255;
      pixels[row * width + column] = INK;
    }
    return new SamplePicture(Kind.CURVE, width, CURVE_HEIGHT, pixels);
  }

  private static float[] numbers(Tensor input) {
    if (input.type().isFloatingPoint() || input.type() == DataType.STRING || input.type() == DataType.OTHER) {
      return new float[] {0};
    }
    long[] integers = input.integers();
    float[] numbers = new float[integers.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integers[i];
    }
    return numbers;
  }

  private static float[] range(float[] values, int count) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      if (Float.isFinite(values[i])) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
    }
    return low <= high ? new float[] {low, high} : new float[] {0, 1};
  }

  private static int grey(float value, float low, float span) {
    double share = span == 0 ? 0 : (value - low) / (double) span;
    return Double.isNaN(share) ? 0 : (int) Math.clamp(Math.rint(255 * share), 0, 255);
  }
}
