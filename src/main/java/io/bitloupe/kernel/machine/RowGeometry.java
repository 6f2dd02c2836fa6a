package io.bitloupe.kernel.machine;

/**
 * How rows of codes lie in an array: lines of evenly spaced rows, each row made of evenly spaced segments. A matrix is one line of
 * rows of one segment; what a convolution sees is a line for each row of pixels, and for each pixel a segment for each row of
 * taps. Rows may overlap.
 *
 * @param lines lines
 * @param lineStride codes from one line to the next
 * @param width rows of a line
 * @param rowStride codes from one row of a line to the next
 * @param segments segments of a row
 * @param segmentStride codes from one segment of a row to the next
 * @param segmentBytes codes of a segment
 */
record RowGeometry(int lines, int lineStride, int width, int rowStride, int segments, int segmentStride, int segmentBytes) {

  /** Rows of a matrix. */
  static RowGeometry matrix(int rows, int stride, int length) {
    return new RowGeometry(1, 0, rows, stride, 1, 0, length);
  }

  /** Number of rows. */
  int rows() {
    return lines * width;
  }

  /** Codes from the first one of the first row to the last one of the last. */
  int extent() {
    return (lines - 1) * lineStride + (width - 1) * rowStride + (segments - 1) * segmentStride + segmentBytes;
  }

  /** Rows or, where there are several lines, lines that come first: as many as {@code most} rows allow, at least one. */
  RowGeometry from(int firstUnit, int most) {
    return lines == 1
        ? new RowGeometry(1, 0, Math.min(most, width - firstUnit), rowStride, segments, segmentStride, segmentBytes)
        : new RowGeometry(
            Math.min(Math.max(1, most / width), lines - firstUnit), lineStride, width, rowStride, segments, segmentStride,
            segmentBytes);
  }
}
