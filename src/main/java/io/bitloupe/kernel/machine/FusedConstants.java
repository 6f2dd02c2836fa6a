package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AlignedMemory;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Lays the constants of an epilogue out as the fused code reads them: six rows of 64 bytes for all columns (greatest float that
 * is an int, or 0 where saturation makes it unnecessary, zero-point as shorts, least code, greatest code, top bits to flip,
 * order of the narrowed words), then, block of columns by block, a row of biases and one of scales.
 */
final class FusedConstants {

  private static final int COMMON = FusedEpilogue.COMMON_REGISTERS * 16;

  private static final int LANES = 16;
  private static final int SHORT = 0xFFFF;
  private static final int CODES_OF_SHORTS = 0x0001_0001;
  private static final int CODES_OF_BYTES = 0x0101_0101;
  private static final int SIGNED_OFFSET = 128;
  private static final float GREATEST_INT = 0x7FFFFF80;
  private static final int UNBOUNDED = 0;

  private FusedConstants() {}

  /** Where a column's constants stand within its block. */
  interface Order {
    int position(int column);
  }

  /** Bytes from the start of the constants to those of a block of columns. */
  static long blockOffset(int block, int columns) {
    return (COMMON + (long) block * blockInts(columns)) * Integer.BYTES;
  }

  /** What code that reads {@code constants} must do. */
  static Narrowing narrowing(MemorySegment constants) {
    return constants.get(ValueLayout.JAVA_INT, 0) == UNBOUNDED ? Narrowing.SATURATED : Narrowing.CLAMPED;
  }

  private static int blockInts(int columns) {
    return 2 * columns;
  }

  /** The constants of all columns, {@code times} one after the other, in blocks of {@code columns} columns, each in {@code order}. */
  static MemorySegment of(Epilogue epilogue, FloatScaleRequantizer requantizer, int times, int columns, Order order) {
    int n = epilogue.bias().length * times;
    int[] constants = new int[COMMON + Math.ceilDiv(n, columns) * blockInts(columns)];
    common(constants, requantizer.zeroPoint(), requantizer.quantMin(), requantizer.quantMax());
    if (Narrowing.of(requantizer) == Narrowing.SATURATED) {
      fill(constants, 0, UNBOUNDED);
    }
    float[] scales = requantizer.scales();
    for (int column = 0; column < n; column++) {
      int at = COMMON + column / columns * blockInts(columns) + order.position(column % columns);
      constants[at] = epilogue.bias()[column % scales.length];
      constants[at + columns] = Float.floatToRawIntBits(scales[column % scales.length]);
    }
    return AlignedMemory.copyOf(constants);
  }

  /** What is the same for all columns, for codes between two bounds. */
  static int[] common(int zeroPoint, int quantMin, int quantMax) {
    int[] constants = new int[COMMON];
    common(constants, zeroPoint, quantMin, quantMax);
    return constants;
  }

  private static void common(int[] constants, int zeroPoint, int quantMin, int quantMax) {
    int offset = quantMin < 0 ? SIGNED_OFFSET : 0;
    fill(constants, 0, Float.floatToRawIntBits(GREATEST_INT));
    fill(constants, 1, (zeroPoint + offset & SHORT) * CODES_OF_SHORTS);
    fill(constants, 2, (quantMin + offset) * CODES_OF_BYTES);
    fill(constants, 3, (quantMax + offset) * CODES_OF_BYTES);
    fill(constants, 4, offset * CODES_OF_BYTES);
    for (int lane = 0; lane < LANES; lane++) {
      constants[5 * LANES + lane] = 4 * (lane % 4) + lane / 4;
    }
  }

  private static void fill(int[] constants, int row, int value) {
    Arrays.fill(constants, row * LANES, (row + 1) * LANES, value);
  }
}
