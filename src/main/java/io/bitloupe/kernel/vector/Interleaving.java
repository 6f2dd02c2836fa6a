package io.bitloupe.kernel.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Puts the codes of eight rows side by side, so that a tile of eight rows reads one run of memory: one pointer in place of eight.
 * Eight bytes of each row are transposed at a time, in three rounds of exchanging halves, quarters and eighths of longs.
 */
final class Interleaving {

  /** Rows that are interleaved. */
  static final int ROWS = 8;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HALVES = 0x0000_0000_FFFF_FFFFL;
  private static final long QUARTERS = 0x0000_FFFF_0000_FFFFL;
  private static final long EIGHTHS = 0x00FF_00FF_00FF_00FFL;

  private Interleaving() {}

  /**
   * Interleaves: code i of row r becomes {@code out[i * 8 + r]}.
   *
   * @param a codes
   * @param offset index of the first row
   * @param stride distance between rows
   * @param k length of a row
   * @param out receives 8 x k codes
   */
  static void eightRows(byte[] a, int offset, int stride, int k, byte[] out) {
    long[] rows = new long[ROWS];
    int i = 0;
    for (; i + Long.BYTES <= k; i += Long.BYTES) {
      for (int row = 0; row < ROWS; row++) {
        rows[row] = (long) LONGS.get(a, offset + row * stride + i);
      }
      transpose(rows);
      for (int column = 0; column < Long.BYTES; column++) {
        LONGS.set(out, (i + column) * ROWS, rows[column]);
      }
    }
    for (; i < k; i++) {
      for (int row = 0; row < ROWS; row++) {
        out[i * ROWS + row] = a[offset + row * stride + i];
      }
    }
  }

  private static void transpose(long[] rows) {
    for (int row = 0; row < 4; row++) {
      exchange(rows, row, row + 4, Integer.SIZE, HALVES);
    }
    for (int row = 0; row < 2; row++) {
      exchange(rows, row, row + 2, Short.SIZE, QUARTERS);
      exchange(rows, row + 4, row + 6, Short.SIZE, QUARTERS);
    }
    for (int row = 0; row < ROWS; row += 2) {
      exchange(rows, row, row + 1, Byte.SIZE, EIGHTHS);
    }
  }

  /** Exchanges the high parts of one row with the low parts of another. */
  private static void exchange(long[] rows, int first, int second, int bits, long low) {
    long a = rows[first];
    long b = rows[second];
    rows[first] = a & low | (b & low) << bits;
    rows[second] = a >>> bits & low | b & ~low;
  }
}
