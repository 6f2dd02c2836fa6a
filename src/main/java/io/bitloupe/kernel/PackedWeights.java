package io.bitloupe.kernel;

/** A right-hand matrix in the order that one kernel reads it in; only the kernel that made it understands it. */
public interface PackedWeights {

  /** Rows: the length of a dot product. */
  int k();

  /** Columns: the number of outputs. */
  int n();

  /** Sum of the codes of each column; never modified. */
  int[] columnSums();

  /** Sums of the columns of a row-major K x N matrix of codes. */
  static int[] columnSums(byte[] weights, int k, int n, boolean signed) {
    return columnSums(weights, 0, k, n, signed);
  }

  /** Sums of the columns of a row-major K x N matrix of codes that starts at {@code offset}. */
  static int[] columnSums(byte[] codes, int offset, int k, int n, boolean signed) {
    int[] sums = new int[n];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        byte code = codes[offset + row * n + column];
        sums[column] += signed ? code : Byte.toUnsignedInt(code);
      }
    }
    return sums;
  }

  /** Sums of the columns of a row-major K x N matrix. */
  static int[] columnSums(short[] weights, int k, int n) {
    int[] sums = new int[n];
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        sums[column] += weights[row * n + column];
      }
    }
    return sums;
  }
}
