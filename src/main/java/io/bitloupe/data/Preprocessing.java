package io.bitloupe.data;

import java.util.List;
import java.util.Optional;

/**
 * How pixels become numbers: {@code (pixel / 255 - mean) / std}.
 *
 * @param input model input to feed; the first when empty
 * @param layout order of the dimensions
 * @param color channels and their order
 * @param resize size that the shorter side is brought to; as it is when empty
 * @param crop size of the central square that is kept; all when empty
 * @param mean for each channel in the order of {@code color}, or one for all
 * @param std likewise, none 0
 * @param labelOffset added to a sample's class to get the index of the model's output
 */
public record Preprocessing(
    Optional<String> input,
    Layout layout,
    Color color,
    Optional<Integer> resize,
    Optional<Integer> crop,
    List<Float> mean,
    List<Float> std,
    int labelOffset) {

  /** Order of the dimensions of an image batch. */
  public enum Layout {
    NCHW,
    NHWC
  }

  /** Channels of an image and their order. */
  public enum Color {
    RGB,
    BGR,
    GRAY;

    /** Number of channels. */
    public int channels() {
      return this == GRAY ? 1 : 3;
    }
  }

  /** Copies the lists and checks that there is a mean and a std for each channel, or one for all. */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    int channels = color.channels();
    if ((mean.size() != 1 && mean.size() != channels) || (std.size() != 1 && std.size() != channels)) {
      throw new IllegalArgumentException(
          "%d means and %d stds for %d channels".formatted(mean.size(), std.size(), channels));
    }
    if (std.contains(0f) || resize.orElse(1) < 1 || crop.orElse(1) < 1) {
      throw new IllegalArgumentException("a std, a resize or a crop of 0");
    }
  }

  /** What idx files get when nothing else is said: pixel / 255, one channel, NCHW. */
  public static Preprocessing unit() {
    return new Preprocessing(
        Optional.empty(), Layout.NCHW, Color.GRAY, Optional.empty(), Optional.empty(), List.of(0f), List.of(1f), 0);
  }
}
