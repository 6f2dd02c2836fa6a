package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * AveragePool and GlobalAveragePool of N x H x W x C images. Under FLOAT_SCALE the order of float operations is ONNX Runtime's:
 * a global average is an integer sum and one multiplication, a windowed one adds dequantized values tap by tap.
 */
final class PoolOperator implements IntegerOperator {

  private final Window window;
  private final int images;
  private final int channels;
  private final boolean global;
  private final boolean countPadding;
  private final Requantization kind;
  private final RealOutput realOutput;
  private final Pointwise kernel;

  /**
   * Builds the operator.
   *
   * @param images images of one sample
   * @param global whether the window is the whole image
   * @param countPadding whether padding counts in the divisor
   */
  PoolOperator(
      Window window,
      int images,
      int channels,
      boolean global,
      boolean countPadding,
      Requantization kind,
      RealOutput realOutput,
      Pointwise kernel) {
    this.window = window;
    this.images = images;
    this.channels = channels;
    this.global = global;
    this.countPadding = countPadding;
    this.kind = kind;
    this.realOutput = realOutput;
    this.kernel = kernel;
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    Value input = inputs.getFirst();
    boolean fast = input.spec().fast() && output.spec().fast();
    for (int sample = 0; sample < samples; sample++) {
      if (!fast) {
        averageReals(input, output, sample, scratch);
      } else if (global || kind != Requantization.FLOAT_SCALE) {
        averageIntegers(input, output, sample, scratch);
      } else {
        averageFloats(input, output, sample, scratch);
      }
    }
  }

  private void averageIntegers(Value input, Value output, int sample, Scratch scratch) {
    int[] sums = scratch.sums(channels);
    Affine in = input.spec().affine();
    for (int pixel = 0; pixel < images * window.outputPixels(); pixel++) {
      Arrays.fill(sums, 0, channels, 0);
      int taps = forTaps(sample, pixel, start -> kernel.accumulate(sums, input.bytes(), start, channels, input.spec().signed()));
      Requantizer requantizer = requantizer(in, output.spec().affine(), divisor(taps));
      int to = (sample * images * window.outputPixels() + pixel) * channels;
      for (int channel = 0; channel < channels; channel++) {
        output.bytes()[to + channel] = (byte) requantizer.requantize(sums[channel] - taps * in.zeroPoint(), 0);
      }
    }
  }

  private Requantizer requantizer(Affine in, Affine out, int count) {
    if (kind == Requantization.FLOAT_SCALE) {
      float[] scale = {1f};
      return Requantizer.of(
          kind, in.scale(), scale, out.scale() * count, out.zeroPoint(), realOutput.codeMin(), realOutput.codeMax());
    }
    double[] multiplier = {(double) in.scale() / ((double) out.scale() * count)};
    return Requantizer.ofMultipliers(kind, multiplier, out.zeroPoint(), realOutput.codeMin(), realOutput.codeMax());
  }

  private void averageFloats(Value input, Value output, int sample, Scratch scratch) {
    float[] sums = scratch.reals(channels);
    Affine in = input.spec().affine();
    Affine out = output.spec().affine();
    int storedOffset = output.spec().signed() ? 128 : 0;
    for (int pixel = 0; pixel < images * window.outputPixels(); pixel++) {
      Arrays.fill(sums, 0, channels, 0);
      int taps =
          forTaps(
              sample,
              pixel,
              start ->
                  kernel.accumulate(
                      sums, in.scale(), in.zeroPoint(), input.bytes(), start, channels, input.spec().signed()));
      float count = divisor(taps);
      int to = (sample * images * window.outputPixels() + pixel) * channels;
      for (int channel = 0; channel < channels; channel++) {
        // The zero-point, as the exported file stores it, is added before rounding: a tie depends on it.
        double stored = Math.rint((double) (sums[channel] / count / out.scale() + (out.zeroPoint() + storedOffset)));
        double code = stored - storedOffset;
        output.bytes()[to + channel] = (byte) Math.clamp(code, realOutput.codeMin(), realOutput.codeMax());
      }
    }
  }

  private void averageReals(Value input, Value output, int sample, Scratch scratch) {
    float[] reals = scratch.reals(output.spec().elements());
    Affine in = input.affine(sample);
    for (int pixel = 0; pixel < images * window.outputPixels(); pixel++) {
      int to = pixel * channels;
      Arrays.fill(reals, to, to + channels, 0);
      int taps =
          forTaps(
              sample,
              pixel,
              start -> {
                for (int channel = 0; channel < channels; channel++) {
                  reals[to + channel] += in.dequantize(input.get(start + channel));
                }
              });
      for (int channel = 0; channel < channels; channel++) {
        reals[to + channel] /= divisor(taps);
      }
    }
    realOutput.write(reals, output, sample);
  }

  private int divisor(int taps) {
    return countPadding ? window.taps() : taps;
  }

  /** Calls back with the index of the first channel of each tap inside the input; returns how many there are. */
  private int forTaps(int sample, int pixel, IntConsumer tap) {
    int image = sample * images + pixel / window.outputPixels();
    int within = pixel % window.outputPixels();
    return Taps.forEach(window, within, index -> tap.accept((image * window.pixels() + index) * channels));
  }
}
