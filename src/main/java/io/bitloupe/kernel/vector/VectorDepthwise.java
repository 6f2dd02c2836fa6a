package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The depthwise convolution with a vector of channels at a time. The rows that the tile needs are turned into floats once, with
 * their padding, channels in blocks of one vector; each tap is then one load and one multiply-add. Integers in floats are
 * exact, see {@link VectorGemm}.
 */
final class VectorDepthwise implements DepthwiseKernel {

  private static final VectorShape SHAPE = Widths.shape(MethodHandles.lookup());
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
  private static final int LANES = FLOATS.length();

  /** Output pixels that are computed together. */
  private static final int PIXELS = 4;

  private final CodeWidening widening;

  VectorDepthwise(CodeWidening widening) {
    this.widening = widening;
  }

  /**
   * Weights as floats.
   *
   * @param k taps
   * @param n channels
   * @param columnSums sum of the weights of each channel
   * @param values blocks of a vector of channels x taps x lanes, zeros beyond the last channel
   * @param activationsSigned whether the bytes of the activations are signed
   */
  record Weights(int k, int n, int[] columnSums, float[] values, boolean activationsSigned) implements PackedWeights {}

  @Override
  public PackedWeights packDepthwise(short[] weights, Window window, int channels, boolean activationsSigned) {
    int taps = window.taps();
    if (taps > MAX_TAPS) {
      throw new IllegalArgumentException("a depthwise convolution with %d taps".formatted(taps));
    }
    int blocks = (channels + LANES - 1) / LANES;
    float[] values = new float[blocks * taps * LANES];
    for (int tap = 0; tap < taps; tap++) {
      for (int channel = 0; channel < channels; channel++) {
        values[(channel / LANES * taps + tap) * LANES + channel % LANES] = weights[tap * channels + channel];
      }
    }
    return new Weights(taps, channels, PackedWeights.columnSums(weights, taps, channels), values, activationsSigned);
  }

  @Override
  public void convolve(
      byte[] input,
      int inputOffset,
      Window window,
      int padding,
      int firstRow,
      int rows,
      PackedWeights packed,
      int[] c,
      Scratch scratch) {
    Weights weights = (Weights) packed;
    int channels = weights.n();
    int columns = (window.outputWidth() - 1) * window.strideX() + (window.kernelWidth() - 1) * window.dilationX() + 1;
    // Pixels are computed in groups, so the last group may look at columns beyond the last one.
    int rowPixels = columns + PIXELS * window.strideX();
    int inputRows = (rows - 1) * window.strideY() + (window.kernelHeight() - 1) * window.dilationY() + 1;
    int rowLength = rowPixels * LANES;
    float[] floats = scratch.operand(inputRows * rowLength);
    float[] sums = scratch.partialSums(PIXELS * LANES);
    int[] offsets = scratch.sums(weights.k());
    for (int tap = 0; tap < weights.k(); tap++) {
      int y = tap / window.kernelWidth() * window.dilationY();
      int x = tap % window.kernelWidth() * window.dilationX();
      offsets[tap] = (y * rowPixels + x) * LANES;
    }
    for (int block = 0; block * LANES < channels; block++) {
      int channel = block * LANES;
      int width = Math.min(LANES, channels - channel);
      for (int row = 0; row < inputRows; row++) {
        int y = firstRow * window.strideY() - window.padTop() + row;
        widenRow(input, inputOffset, window, y, columns, channels, channel, width, padding, floats, row * rowLength, weights);
      }
      int step = window.strideX() * LANES;
      for (int row = 0; row < rows; row++) {
        int from = row * window.strideY() * rowLength;
        int to = row * window.outputWidth() * channels + channel;
        for (int x = 0; x < window.outputWidth(); x += PIXELS) {
          pixels(floats, from + x * step, step, offsets, weights.values(), block * weights.k() * LANES, weights.k(), sums);
          int count = Math.min(PIXELS, window.outputWidth() - x);
          move(sums, count, width, c, to + x * channels, channels);
        }
      }
    }
  }

  private void widenRow(
      byte[] input,
      int inputOffset,
      Window window,
      int y,
      int columns,
      int channels,
      int channel,
      int width,
      int padding,
      float[] floats,
      int to,
      Weights weights) {
    if (y < 0 || y >= window.height()) {
      Arrays.fill(floats, to, to + columns * LANES, padding);
      return;
    }
    int left = Math.min(columns, window.padLeft());
    int right = Math.min(columns, window.padLeft() + window.width());
    Arrays.fill(floats, to, to + left * LANES, padding);
    int from = inputOffset + (y * window.width() + left - window.padLeft()) * channels + channel;
    widening.widenColumns(
        input, from, channels, floats, to + left * LANES, right - left, width, weights.activationsSigned());
    if (right < columns) {
      Arrays.fill(floats, to + right * LANES, to + columns * LANES, padding);
    }
  }

  /** Some neighbouring output pixels of one row. */
  private static void pixels(float[] x, int at, int step, int[] offsets, float[] w, int weightsAt, int taps, float[] sums) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int tap = 0; tap < taps; tap++) {
      FloatVector weight = FloatVector.fromArray(FLOATS, w, weightsAt + tap * LANES);
      int from = at + offsets[tap];
      s0 = weight.fma(FloatVector.fromArray(FLOATS, x, from), s0);
      s1 = weight.fma(FloatVector.fromArray(FLOATS, x, from + step), s1);
      s2 = weight.fma(FloatVector.fromArray(FLOATS, x, from + 2 * step), s2);
      s3 = weight.fma(FloatVector.fromArray(FLOATS, x, from + 3 * step), s3);
    }
    s0.intoArray(sums, 0);
    s1.intoArray(sums, LANES);
    s2.intoArray(sums, 2 * LANES);
    s3.intoArray(sums, 3 * LANES);
  }

  private static void move(float[] sums, int pixels, int width, int[] c, int to, int channels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      int at = to + pixel * channels;
      if (width == LANES) {
        ((IntVector) FloatVector.fromArray(FLOATS, sums, pixel * LANES).convertShape(VectorOperators.F2I, INTS, 0))
            .intoArray(c, at);
      } else {
        for (int lane = 0; lane < width; lane++) {
          c[at + lane] = (int) sums[pixel * LANES + lane];
        }
      }
    }
  }
}
