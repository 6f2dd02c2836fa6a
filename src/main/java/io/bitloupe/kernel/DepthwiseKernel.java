package io.bitloupe.kernel;

/**
 * Convolves each channel of an image with taps of its own: {@code C[pixel][c] = sum over taps of X[tap's pixel][c] * W[tap][c]},
 * exactly. Images are H x W x channels. Stateless and safe for use by several threads.
 */
public interface DepthwiseKernel {

  /** The most taps that a kernel must take: 256 * 255 * 255 is below 2^24. */
  int MAX_TAPS = 256;

  /**
   * Prepares weights.
   *
   * @param weights codes less their zero-points, row-major taps x channels, taps row by row
   * @param window geometry, with at most {@link #MAX_TAPS} taps
   * @param channels number of channels
   * @param activationsSigned whether the bytes of every input are signed
   */
  PackedWeights packDepthwise(short[] weights, Window window, int channels, boolean activationsSigned);

  /**
   * Convolves some rows of one image.
   *
   * @param input the image's codes, H x W x channels
   * @param inputOffset index of the image's first code
   * @param window geometry
   * @param padding code that stands for 0
   * @param firstRow first output row
   * @param rows number of output rows
   * @param weights packed weights
   * @param c accumulators, rows x output width x channels, from index 0
   * @param scratch temporary memory of the calling thread
   */
  void convolve(
      byte[] input,
      int inputOffset,
      Window window,
      int padding,
      int firstRow,
      int rows,
      PackedWeights weights,
      int[] c,
      Scratch scratch);

  /**
   * Convolves some rows of one image and requantizes. Kernels that can do both in one pass replace this.
   *
   * @param input the image's codes, H x W x channels
   * @param inputOffset index of the image's first code
   * @param window geometry
   * @param padding code that stands for 0
   * @param firstRow first output row
   * @param rows number of output rows
   * @param weights packed weights
   * @param epilogue bias and requantizer for each channel
   * @param pointwise what requantizes where it is a pass of its own
   * @param codes receives rows x output width x channels codes
   * @param codeOffset index of the first code
   * @param scratch temporary memory of the calling thread
   */
  default void convolveToCodes(
      byte[] input,
      int inputOffset,
      Window window,
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
    convolve(input, inputOffset, window, padding, firstRow, rows, weights, accumulators, scratch);
    pointwise.requantize(accumulators, 0, rows * window.outputWidth(), epilogue, codes, codeOffset);
  }
}
