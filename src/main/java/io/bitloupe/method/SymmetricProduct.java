package io.bitloupe.method;

import java.util.Arrays;

/** Products with a symmetric matrix, in loops over arrays of their own that the compiler turns into vector code. */
final class SymmetricProduct {

  private SymmetricProduct() {}

  /** {@code result = left symmetric}: rows of {@code columns} elements, and columns x columns, row by row. */
  static void multiply(float[][] left, float[][] symmetric, float[][] result) {
    int columns = symmetric.length;
    int row = 0;
    for (; row + 3 < left.length; row += 4) {
      float[] a = result[row];
      float[] b = result[row + 1];
      float[] c = result[row + 2];
      float[] d = result[row + 3];
      clear(a, b, c, d);
      for (int k = 0; k < columns; k++) {
        addScaled(symmetric[k], columns, left[row][k], a, left[row + 1][k], b, left[row + 2][k], c, left[row + 3][k], d);
      }
    }
    for (; row < left.length; row++) {
      clear(result[row]);
      for (int k = 0; k < columns; k++) {
        addScaled(symmetric[k], columns, left[row][k], result[row]);
      }
    }
  }

  private static void clear(float[]... rows) {
    for (float[] row : rows) {
      Arrays.fill(row, 0);
    }
  }

  private static void addScaled(float[] h, int n, float x, float[] a) {
    for (int j = 0; j < n; j++) {
      a[j] += x * h[j];
    }
  }

  private static void addScaled(
      float[] h, int n, float x, float[] a, float y, float[] b, float z, float[] c, float w, float[] d) {
    for (int j = 0; j < n; j++) {
      float value = h[j];
      a[j] += x * value;
      b[j] += y * value;
      c[j] += z * value;
      d[j] += w * value;
    }
  }
}
