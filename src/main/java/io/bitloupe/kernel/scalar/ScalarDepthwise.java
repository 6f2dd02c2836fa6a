package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;

/** The depthwise convolution that all others are tested against. */
public final class ScalarDepthwise implements DepthwiseKernel {

  @Override
  public PackedWeights packDepthwise(short[] weights, Window window, int channels, boolean activationsSigned) {
    int taps = window.taps();
    return new ScalarWeights(
        taps, channels, PackedWeights.columnSums(weights, taps, channels), weights.clone(), activationsSigned);
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
    ScalarWeights weights = (ScalarWeights) packed;
    int channels = weights.n();
    for (int pixel = 0; pixel < rows * window.outputWidth(); pixel++) {
      int row = firstRow + pixel / window.outputWidth();
      int column = pixel % window.outputWidth();
      for (int channel = 0; channel < channels; channel++) {
        int sum = 0;
        for (int tap = 0; tap < window.taps(); tap++) {
          int y = window.inputRow(row, tap / window.kernelWidth());
          int x = window.inputColumn(column, tap % window.kernelWidth());
          boolean inside = y >= 0 && y < window.height() && x >= 0 && x < window.width();
          int code =
              inside ? weights.activation(input[inputOffset + (y * window.width() + x) * channels + channel]) : padding;
          sum += code * weights.weight(tap, channel);
        }
        c[pixel * channels + channel] = sum;
      }
    }
  }
}
