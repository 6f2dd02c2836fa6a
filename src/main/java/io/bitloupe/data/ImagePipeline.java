package io.bitloupe.data;

import io.bitloupe.data.Preprocessing.Color;
import io.bitloupe.data.Preprocessing.Layout;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Brings pictures into the form that a model's input takes: resized so that the shorter side has the wanted size (the other in
 * proportion, rounded down), cropped to a central square, colors in the model's order, each sample {@code (pixel / 255 - mean) /
 * std} in float32. A picture that already has the wanted size is not resampled.
 *
 * <p>An input of type UINT8 gets the pixels as they are.
 */
final class ImagePipeline {

  private final ModelInput input;
  private final Preprocessing preprocessing;
  /** Value of each pixel for each channel. */
  private final float[][] values;

  private ImagePipeline(ModelInput input, Preprocessing preprocessing) {
    this.input = input;
    this.preprocessing = preprocessing;
    values = new float[channels()][256];
    for (int channel = 0; channel < values.length; channel++) {
      float mean = of(preprocessing.mean(), channel);
      float std = of(preprocessing.std(), channel);
      for (int pixel = 0; pixel < 256; pixel++) {
        values[channel][pixel] = (pixel / 255f - mean) / std;
      }
    }
  }

  /**
   * The pipeline for the pictures in {@code path}.
   *
   * @param given how pixels become numbers; when empty, pixel / 255 in the layout and colors that the input's shape suggests
   * @param resize whether pictures are then also brought to the input's size
   */
  static ImagePipeline of(Path path, Model model, Optional<Preprocessing> given, boolean resize) {
    List<ModelInput> inputs = ModelInput.of(model);
    Optional<String> name = given.flatMap(Preprocessing::input);
    ModelInput input =
        inputs.stream()
            .filter(candidate -> name.isEmpty() || candidate.name().equals(name.get()))
            .findFirst()
            .orElseThrow(() -> Refusal.of(path, "the model has no input named '%s'".formatted(name.orElse(""))));
    if (inputs.size() > 1) {
      throw Refusal.of(
          path, "it feeds one input, and the model has %d, which takes an .npz file with an array for each".formatted(inputs.size()));
    }
    boolean numbers = input.type() == DataType.UINT8 || input.type() == DataType.FLOAT
        || input.type() == DataType.DOUBLE || input.type() == DataType.FLOAT16;
    if (!input.batched() || input.rank() < 2 || input.rank() > 4 || !numbers) {
      throw Refusal.of(
          path,
          "it holds pictures, and the model's input '%s' takes %s of type %s"
              .formatted(input.name(), input.describe(), input.type()));
    }
    return new ImagePipeline(input, given.orElseGet(() -> suggested(input, resize)));
  }

  private static Preprocessing suggested(ModelInput input, boolean resize) {
    boolean last = input.rank() == 4 && isChannels(input, 3) && !isChannels(input, 1);
    boolean color = input.rank() == 4 && input.fixed(last ? 3 : 1).orElse(1) == 3;
    Optional<Integer> side =
        resize && input.rank() == 4 && input.fixed(2).isPresent() && input.fixed(2).equals(input.fixed(last ? 1 : 3))
            ? Optional.of(input.fixed(2).getAsInt())
            : Optional.empty();
    return new Preprocessing(
        Optional.empty(),
        last ? Layout.NHWC : Layout.NCHW,
        color ? Color.RGB : Color.GRAY,
        side,
        side,
        List.of(0f),
        List.of(1f),
        0);
  }

  private static boolean isChannels(ModelInput input, int axis) {
    int size = input.fixed(axis).orElse(0);
    return size == 1 || size == 3;
  }

  private static float of(List<Float> list, int channel) {
    return list.get(list.size() == 1 ? 0 : channel);
  }

  int labelOffset() {
    return preprocessing.labelOffset();
  }

  /** What the numbers depend on, for digests. */
  String describe() {
    return input.name() + " " + input.type() + " " + preprocessing;
  }

  private int channels() {
    return preprocessing.color().channels();
  }

  /** Size of a picture of {@code width × height} after resizing and cropping: width, height. */
  int[] outputSize(int width, int height) {
    if (preprocessing.crop().isPresent()) {
      int side = preprocessing.crop().get();
      return new int[] {side, side};
    }
    return resized(width, height);
  }

  private int[] resized(int width, int height) {
    if (preprocessing.resize().isEmpty()) {
      return new int[] {width, height};
    }
    int side = preprocessing.resize().get();
    long longer = (long) side * Math.max(width, height) / Math.min(width, height);
    int bounded = (int) Math.min(longer, Integer.MAX_VALUE / 4 / side);
    return width <= height ? new int[] {side, bounded} : new int[] {bounded, side};
  }

  /** Why a picture of {@code width × height} cannot be fed; empty when it can. */
  String problem(int width, int height) {
    int[] size = outputSize(width, height);
    int[] resized = resized(width, height);
    if ((long) resized[0] * resized[1] > ImageHeader.MOST_PIXELS) {
      return "its sides %d×%d are too different to be resized".formatted(width, height);
    }
    int[] sample = sampleShape(size[0], size[1]);
    boolean fits = sample.length + 1 == input.rank();
    for (int axis = 1; fits && axis < input.rank(); axis++) {
      fits = input.accepts(axis, sample[axis - 1]);
    }
    return fits
        ? ""
        : "after preprocessing a picture has %d×%d pixels of %d channels in the order %s, and the model's input '%s' takes %s"
            .formatted(size[0], size[1], channels(), preprocessing.layout(), input.name(), input.describe());
  }

  private int[] sampleShape(int width, int height) {
    int channels = channels();
    return switch (input.rank()) {
      case 2 -> new int[] {channels * width * height};
      case 3 -> channels == 1 ? new int[] {height, width} : new int[0];
      default ->
          preprocessing.layout() == Layout.NCHW
              ? new int[] {channels, height, width}
              : new int[] {height, width, channels};
    };
  }

  /** Resizes, crops and converts to gray or color: all that is left to do is to look values up. */
  Pixels prepare(Pixels picture) {
    Pixels colored = channels() == 1 ? picture.toGray() : picture.toColor();
    int[] resized = resized(picture.width(), picture.height());
    Pixels scaled = Resampler.resize(colored, resized[0], resized[1]);
    int[] size = outputSize(picture.width(), picture.height());
    int left = (int) Math.rint((scaled.width() - size[0]) / 2.0);
    int top = (int) Math.rint((scaled.height() - size[1]) / 2.0);
    return scaled.crop(left, top, size[0], size[1]);
  }

  /** The input tensor for prepared pictures, all of one size. */
  Tensor tensor(List<Pixels> pictures) {
    Pixels first = pictures.getFirst();
    int[] sample = sampleShape(first.width(), first.height());
    int[] dimensions = new int[sample.length + 1];
    dimensions[0] = pictures.size();
    System.arraycopy(sample, 0, dimensions, 1, sample.length);
    Shape shape = Shape.of(dimensions);
    byte[] pixels = new byte[Math.toIntExact(shape.elements())];
    for (int i = 0; i < pictures.size(); i++) {
      arrange(pictures.get(i), pixels, i * (pixels.length / pictures.size()));
    }
    if (input.type() == DataType.UINT8) {
      return Tensor.ofBytes(DataType.UINT8, shape, pixels);
    }
    Tensor floats = lookedUp(pixels, shape, first.width() * first.height());
    return input.type() == DataType.FLOAT ? floats : Conversion.convert(floats, input.type());
  }

  /** Name of the input. */
  String inputName() {
    return input.name();
  }

  /** Writes the samples of a picture in the order of the input. */
  private void arrange(Pixels picture, byte[] to, int at) {
    int channels = channels();
    int area = picture.width() * picture.height();
    byte[] samples = picture.samples();
    boolean reversed = preprocessing.color() == Color.BGR;
    boolean planes = preprocessing.layout() == Layout.NCHW;
    for (int channel = 0; channel < channels; channel++) {
      int source = reversed ? channels - 1 - channel : channel;
      int start = at + (planes ? channel * area : channel);
      int stride = planes ? 1 : channels;
      for (int pixel = 0; pixel < area; pixel++) {
        to[start + pixel * stride] = samples[pixel * channels + source];
      }
    }
  }

  private Tensor lookedUp(byte[] pixels, Shape shape, int area) {
    int channels = channels();
    float[] numbers = new float[pixels.length];
    if (preprocessing.layout() == Layout.NCHW) {
      for (int start = 0; start < pixels.length; start += area) {
        float[] table = values[start / area % channels];
        for (int i = start; i < start + area; i++) {
          numbers[i] = table[Byte.toUnsignedInt(pixels[i])];
        }
      }
    } else {
      for (int i = 0; i < pixels.length; i++) {
        numbers[i] = values[i % channels][Byte.toUnsignedInt(pixels[i])];
      }
    }
    return Tensor.ofFloats(shape, numbers);
  }
}
