package io.bitloupe.kernel;

/**
 * How a convolution or a pooling slides over an image of height x width. One-dimensional data is an image of height 1.
 *
 * @param height input rows
 * @param width input columns
 * @param outputHeight output rows
 * @param outputWidth output columns
 * @param kernelHeight taps along a column
 * @param kernelWidth taps along a row
 * @param strideY input rows from one output row to the next
 * @param strideX input columns from one output column to the next
 * @param dilationY input rows from one tap to the next
 * @param dilationX input columns from one tap to the next
 * @param padTop rows of padding above the input
 * @param padLeft columns of padding left of the input
 * @param padBottom rows of padding below the input
 * @param padRight columns of padding right of the input
 */
public record Window(
    int height,
    int width,
    int outputHeight,
    int outputWidth,
    int kernelHeight,
    int kernelWidth,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight) {

  /** Number of taps. */
  public int taps() {
    return kernelHeight * kernelWidth;
  }

  /** Number of pixels of the output. */
  public int outputPixels() {
    return outputHeight * outputWidth;
  }

  /** Number of pixels of the input. */
  public int pixels() {
    return height * width;
  }

  /** Whether output pixel i reads input pixel i and nothing else. */
  public boolean isPointwise() {
    return taps() == 1 && strideY == 1 && strideX == 1 && padTop == 0 && padLeft == 0 && outputHeight == height && outputWidth == width;
  }

  /** The input row of tap {@code tap} at output row {@code row}; outside the input in the padding. */
  public int inputRow(int row, int tap) {
    return row * strideY - padTop + tap * dilationY;
  }

  /** The input column of tap {@code tap} at output column {@code column}; outside the input in the padding. */
  public int inputColumn(int column, int tap) {
    return column * strideX - padLeft + tap * dilationX;
  }
}
