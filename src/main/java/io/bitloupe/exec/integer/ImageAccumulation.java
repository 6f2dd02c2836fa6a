package io.bitloupe.exec.integer;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;

/** Convolutions that a kernel computes from the image itself, some output rows at a time: full ones and depthwise ones. */
final class ImageAccumulation implements Accumulation {

  /** One of the two kinds of kernel, with its weights. */
  private interface Kernel {
    void convolve(byte[] in, int inputOffset, int padding, int firstRow, int rows, int[] accumulators, Scratch scratch);

    void convolveToCodes(
        byte[] in, int inputOffset, int padding, int firstRow, int rows, Epilogue epilogue, Pointwise pointwise, byte[] codes,
        int codeOffset, Scratch scratch);
  }

  private record Full(ConvolutionKernel kernel, PackedWeights weights, Window window, int channels) implements Kernel {
    @Override
    public void convolve(byte[] in, int offset, int padding, int first, int count, int[] accumulators, Scratch scratch) {
      kernel.convolve(in, offset, window, channels, padding, first, count, weights, accumulators, scratch);
    }

    @Override
    public void convolveToCodes(
        byte[] in, int offset, int padding, int first, int count, Epilogue epilogue, Pointwise pointwise, byte[] codes,
        int codeOffset, Scratch scratch) {
      kernel.convolveToCodes(
          in, offset, window, channels, padding, first, count, weights, epilogue, pointwise, codes, codeOffset, scratch);
    }
  }

  private record Depthwise(DepthwiseKernel kernel, PackedWeights weights, Window window) implements Kernel {
    @Override
    public void convolve(byte[] in, int offset, int padding, int first, int count, int[] accumulators, Scratch scratch) {
      kernel.convolve(in, offset, window, padding, first, count, weights, accumulators, scratch);
    }

    @Override
    public void convolveToCodes(
        byte[] in, int offset, int padding, int first, int count, Epilogue epilogue, Pointwise pointwise, byte[] codes,
        int codeOffset, Scratch scratch) {
      kernel.convolveToCodes(
          in, offset, window, padding, first, count, weights, epilogue, pointwise, codes, codeOffset, scratch);
    }
  }

  private final WindowRows rows;
  private final int columns;
  private final boolean inputSigned;
  private final int[] weightSums;
  private final int tileRows;
  private final Kernel kernel;

  private ImageAccumulation(
      WindowRows rows, int columns, boolean inputSigned, int[] weightSums, int tileRows, Kernel kernel) {
    this.rows = rows;
    this.columns = columns;
    this.inputSigned = inputSigned;
    this.weightSums = weightSums;
    this.tileRows = tileRows;
    this.kernel = kernel;
  }

  /** A convolution of all channels together, with weights without zero-point. */
  static ImageAccumulation full(
      WindowRows rows, ProductWeights weights, boolean inputSigned, ConvolutionKernel kernel) {
    Window window = rows.window();
    int channels = rows.channels();
    PackedWeights packed =
        kernel.packConvolution(weights.group(0), window, channels, weights.n(), weights.signed(), inputSigned);
    int inputBytes = 5 * window.strideY() * window.width() * channels;
    int outputBytes = 4 * window.outputWidth() * weights.n();
    return new ImageAccumulation(
        rows,
        weights.outputs(),
        inputSigned,
        packed.columnSums(),
        Math.clamp((1 << 18) / (inputBytes + outputBytes), 1, window.outputHeight()),
        new Full(kernel, packed, window, channels));
  }

  /** A depthwise convolution; zero-points are taken off the weights beforehand. */
  static ImageAccumulation depthwise(
      WindowRows rows, ProductWeights weights, boolean inputSigned, DepthwiseKernel kernel) {
    Window window = rows.window();
    int channels = weights.outputs();
    short[] codes = new short[weights.k() * channels];
    for (int tap = 0; tap < weights.k(); tap++) {
      for (int channel = 0; channel < channels; channel++) {
        codes[tap * channels + channel] = (short) (weights.code(channel, tap, 0) - weights.zeroPoints()[channel]);
      }
    }
    PackedWeights packed = kernel.packDepthwise(codes, window, channels, inputSigned);
    return new ImageAccumulation(
        rows,
        channels,
        inputSigned,
        packed.columnSums(),
        Math.clamp((1 << 17) / (4 * channels * window.outputWidth()), 1, window.outputHeight()),
        new Depthwise(kernel, packed, window));
  }

  @Override
  public int rowsPerSample() {
    return rows.perSample();
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public boolean inputSigned() {
    return inputSigned;
  }

  @Override
  public int[] weightSums() {
    return weightSums;
  }

  /** Whole rows of pixels of one image. */
  @Override
  public int tile(int firstRow, int lastRow) {
    Window window = rows.window();
    int within = firstRow % window.outputPixels();
    return Math.min(tileRows * window.outputWidth(), window.outputPixels() - within);
  }

  @Override
  public void accumulate(byte[] in, int firstRow, int count, int padding, int[] accumulators, Scratch scratch) {
    Window window = rows.window();
    int image = firstRow / window.outputPixels();
    int first = firstRow % window.outputPixels() / window.outputWidth();
    int offset = image * window.pixels() * rows.channels();
    kernel.convolve(in, offset, padding, first, count / window.outputWidth(), accumulators, scratch);
  }

  @Override
  public void toCodes(
      byte[] in,
      int firstRow,
      int count,
      int padding,
      Epilogue epilogue,
      Pointwise pointwise,
      byte[] codes,
      int codeOffset,
      Scratch scratch) {
    Window window = rows.window();
    int image = firstRow / window.outputPixels();
    int first = firstRow % window.outputPixels() / window.outputWidth();
    int offset = image * window.pixels() * rows.channels();
    kernel.convolveToCodes(
        in, offset, padding, first, count / window.outputWidth(), epilogue, pointwise, codes, codeOffset, scratch);
  }
}
