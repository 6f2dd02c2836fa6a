package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;
import java.util.Arrays;

/**
 * The convolution as a matrix product whose left-hand rows overlap: the input rows of a tile are turned into floats once, with
 * their padding, and each output pixel points to where its window starts.
 */
final class VectorConvolution implements ConvolutionKernel {

  private final FloatTiles tiles;
  private final CodeWidening widening;

  VectorConvolution(FloatTiles tiles, CodeWidening widening) {
    this.tiles = tiles;
    this.widening = widening;
  }

  @Override
  public PackedWeights packConvolution(
      byte[] weights, Window window, int channels, int n, boolean weightsSigned, boolean activationsSigned) {
    return tiles.pack(weights, window.taps() * channels, n, weightsSigned, activationsSigned);
  }

  @Override
  public void convolve(
      byte[] input,
      int inputOffset,
      Window window,
      int channels,
      int padding,
      int firstRow,
      int rows,
      PackedWeights packed,
      int[] c,
      Scratch scratch) {
    FloatPanels weights = (FloatPanels) packed;
    int columns = (window.outputWidth() - 1) * window.strideX() + (window.kernelWidth() - 1) * window.dilationX() + 1;
    int inputRows = (rows - 1) * window.strideY() + (window.kernelHeight() - 1) * window.dilationY() + 1;
    int rowLength = columns * channels;
    float[] floats = scratch.operand(inputRows * rowLength + tiles.lanes());
    for (int row = 0; row < inputRows; row++) {
      int y = firstRow * window.strideY() - window.padTop() + row;
      widenRow(input, inputOffset, window, y, columns, channels, padding, floats, row * rowLength, weights);
    }
    int pixels = rows * window.outputWidth();
    int[] starts = scratch.rows(pixels);
    for (int pixel = 0; pixel < pixels; pixel++) {
      int y = pixel / window.outputWidth() * window.strideY();
      int x = pixel % window.outputWidth() * window.strideX();
      starts[pixel] = y * rowLength + x * channels;
    }
    boolean joined = window.dilationX() == 1;
    int perRow = joined ? 1 : window.kernelWidth();
    int[] segments = new int[window.kernelHeight() * perRow];
    for (int segment = 0; segment < segments.length; segment++) {
      segments[segment] =
          segment / perRow * window.dilationY() * rowLength + segment % perRow * window.dilationX() * channels;
    }
    int segmentLength = joined ? window.kernelWidth() * channels : channels;
    tiles.multiply(floats, starts, pixels, segments, segmentLength, weights, c, 0, weights.n(), scratch);
  }

  private void widenRow(
      byte[] input,
      int inputOffset,
      Window window,
      int y,
      int columns,
      int channels,
      int padding,
      float[] floats,
      int to,
      FloatPanels weights) {
    if (y < 0 || y >= window.height()) {
      Arrays.fill(floats, to, to + columns * channels, padding);
      return;
    }
    int left = Math.min(columns, window.padLeft());
    int right = Math.min(columns, window.padLeft() + window.width());
    Arrays.fill(floats, to, to + left * channels, padding);
    int from = inputOffset + (y * window.width() + left - window.padLeft()) * channels;
    widening.widen(input, from, floats, to + left * channels, (right - left) * channels, weights.activationsSigned());
    if (right < columns) {
      Arrays.fill(floats, to + right * channels, to + columns * channels, padding);
    }
  }
}
