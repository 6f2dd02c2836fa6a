package io.bitloupe.kernel;

/**
 * Convolves images of H x W x C with all channels together: {@code C[pixel][n] = sum over taps and channels of
 * X[tap's pixel][c] * W[tap][c][n]}, exactly, as long as every sum fits in an int; beyond that the result is right modulo 2^32.
 * Stateless and safe for use by several threads.
 */
public interface ConvolutionKernel {

  /** Whether a convolution of this geometry, on codes of these signs, is faster here than as a product of gathered rows. */
  default boolean takes(Window window, boolean weightsSigned, boolean activationsSigned) {
    return true;
  }

  /**
   * Prepares weights.
   *
   * @param weights codes, row-major (taps x channels) x N, taps row by row, signed or unsigned bytes
   * @param window geometry
   * @param channels channels of the input
   * @param n outputs
   * @param weightsSigned whether the bytes of the weights are signed
   * @param activationsSigned whether the bytes of every input are signed
   */
  PackedWeights packConvolution(
      byte[] weights, Window window, int channels, int n, boolean weightsSigned, boolean activationsSigned);

  /**
   * Convolves some rows of one image.
   *
   * @param input the image's codes, H x W x C
   * @param inputOffset index of the image's first code
   * @param window geometry
   * @param channels channels of the input
   * @param padding code that stands for 0
   * @param firstRow first output row
   * @param rows number of output rows
   * @param weights packed weights
   * @param c accumulators, rows x output width x N, from index 0
   * @param scratch temporary memory of the calling thread
   */
  void convolve(
      byte[] input,
      int inputOffset,
      Window window,
      int channels,
      int padding,
      int firstRow,
      int rows,
      PackedWeights weights,
      int[] c,
      Scratch scratch);

  /**
   * Convolves some rows of one image and requantizes. Kernels that can do both in one pass replace this.
   *
   * @param input the image's codes, H x W x C
   * @param inputOffset index of the image's first code
   * @param window geometry
   * @param channels channels of the input
   * @param padding code that stands for 0
   * @param firstRow first output row
   * @param rows number of output rows
   * @param weights packed weights
   * @param epilogue bias and requantizer for each of the N columns
   * @param pointwise what requantizes where it is a pass of its own
   * @param codes receives rows x output width x N codes
   * @param codeOffset index of the first code
   * @param scratch temporary memory of the calling thread
   */
  default void convolveToCodes(
      byte[] input,
      int inputOffset,
      Window window,
      int channels,
      int padding,
      int firstRow,
      int rows,
      PackedWeights weights,
      Epilogue epilogue,
      Pointwise pointwise,
      byte[] codes,
      int codeOffset,
      Scratch scratch) {
    int[] accumulators = scratch.accumulators(rows * window.outputWidth() * weights.n());
    convolve(input, inputOffset, window, channels, padding, firstRow, rows, weights, accumulators, scratch);
    pointwise.requantize(accumulators, 0, rows * window.outputWidth(), epilogue, codes, codeOffset);
  }
}
