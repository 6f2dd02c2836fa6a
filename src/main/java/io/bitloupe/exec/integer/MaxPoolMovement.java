package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Window;
import java.util.Arrays;

/**
 * MaxPool and GlobalMaxPool of N x H x W x C images: the greatest code under the window, since codes grow with the values that
 * they stand for. Padding never wins.
 *
 * @param window geometry
 * @param images images of one sample
 * @param channels channels
 * @param kernel kernels
 */
record MaxPoolMovement(Window window, int images, int channels, Pointwise kernel) implements MoveOperator.Movement {

  @Override
  public void move(Value input, Value output, int sample) {
    for (int pixel = 0; pixel < images * window.outputPixels(); pixel++) {
      int image = sample * images + pixel / window.outputPixels();
      int to = (sample * images * window.outputPixels() + pixel) * channels;
      int least = least(input.spec());
      if (output.spec().wide()) {
        for (int channel = 0; channel < channels; channel++) {
          output.set(to + channel, least);
        }
      } else {
        Arrays.fill(output.bytes(), to, to + channels, (byte) least);
      }
      Taps.forEach(
          window, pixel % window.outputPixels(), index -> maximum(input, (image * window.pixels() + index) * channels, output, to));
    }
  }

  /** The least value of the container, so that every code beats it. */
  private static int least(ValueSpec spec) {
    return spec.signed() ? (spec.wide() ? Short.MIN_VALUE : Byte.MIN_VALUE) : 0;
  }

  private void maximum(Value input, int from, Value output, int to) {
    if (output.spec().wide()) {
      for (int channel = 0; channel < channels; channel++) {
        output.set(to + channel, Math.max(output.get(to + channel), input.get(from + channel)));
      }
    } else {
      kernel.maximum(output.bytes(), to, input.bytes(), from, channels, input.spec().signed());
    }
  }
}
