package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;

/** The convolution that all others are tested against. */
public final class ScalarConvolution implements ConvolutionKernel {

  @Override
  public PackedWeights packConvolution(
      byte[] weights, Window window, int channels, int n, boolean weightsSigned, boolean activationsSigned) {
    return new ScalarGemm().pack(weights, window.taps() * channels, n, weightsSigned, activationsSigned);
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
    ScalarWeights weights = (ScalarWeights) packed;
    int n = weights.n();
    for (int pixel = 0; pixel < rows * window.outputWidth(); pixel++) {
      int row = firstRow + pixel / window.outputWidth();
      int column = pixel % window.outputWidth();
      for (int output = 0; output < n; output++) {
        int sum = 0;
        for (int tap = 0; tap < window.taps(); tap++) {
          int y = window.inputRow(row, tap / window.kernelWidth());
          int x = window.inputColumn(column, tap % window.kernelWidth());
          boolean inside = y >= 0 && y < window.height() && x >= 0 && x < window.width();
          for (int channel = 0; channel < channels; channel++) {
            int code =
                inside ? weights.activation(input[inputOffset + (y * window.width() + x) * channels + channel]) : padding;
            sum += code * weights.weight(tap * channels + channel, output);
          }
        }
        c[pixel * n + output] = sum;
      }
    }
  }
}
