package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AlignedMemory;
import io.bitloupe.kernel.DyadicRequantizer;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FixedPointRequantizer;
import io.bitloupe.kernel.Requantizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The numbers of a requantization by integers as {@link RequantizeCode} reads them: the common rows of {@link FusedConstants},
 * three rows of bounds, and for each 16 columns a row of biases, then for even and for odd columns six rows of longs: m, r, s, a,
 * h and t.
 */
final class IntegerConstants {

  /** Rows of longs for half the columns of a vector. */
  static final int LONGS = 6;

  /** Ints from one vector of 16 columns to the next. */
  static final int VECTOR_INTS = (1 + 2 * LONGS) * 16;

  /** Bytes before the bounds. */
  static final long COMMON_BYTES = FusedEpilogue.COMMON_REGISTERS * 64L;

  private static final long ROW_BYTES = 64;
  private static final long HALF_BYTES = LONGS * ROW_BYTES;
  private static final long BOUNDS = 3;
  private static final int LANES = 16;
  private static final int GREATEST_SHIFT = 62;
  private static final int HIGH_MULTIPLY_SHIFT = 31;

  private IntegerConstants() {}

  /** Byte at which the constants of a block of columns start. */
  static long block(int firstColumn) {
    return COMMON_BYTES + BOUNDS * ROW_BYTES + (long) firstColumn / LANES * VECTOR_INTS * Integer.BYTES;
  }

  /** Whether 64 bits are enough for every product and shift of a requantizer. */
  static boolean take(Requantizer requantizer) {
    return switch (requantizer) {
      case DyadicRequantizer dyadic -> {
        boolean fit = true;
        for (int shift : dyadic.shifts()) {
          fit &= shift >= 2 && shift <= GREATEST_SHIFT;
        }
        yield fit && bytes(dyadic.quantMin(), dyadic.quantMax());
      }
      case FixedPointRequantizer fixed -> {
        boolean fit = true;
        for (int exponent : fixed.exponents()) {
          fit &= exponent <= 0;
        }
        yield fit && bytes(fixed.quantMin(), fixed.quantMax());
      }
      default -> false;
    };
  }

  private static boolean bytes(int quantMin, int quantMax) {
    return quantMin >= -128 && quantMax <= (quantMin < 0 ? 127 : 255);
  }

  /** Lays out the constants of a requantizer that {@link #take} says yes to. */
  static MemorySegment of(Epilogue epilogue) {
    int n = epilogue.bias().length;
    int padded = Math.ceilDiv(n, RequantizeCode.COLUMNS) * RequantizeCode.COLUMNS;
    MemorySegment memory = AlignedMemory.allocate(block(padded));
    int[] common =
        switch (epilogue.requantizer()) {
          case DyadicRequantizer dyadic -> FusedConstants.common(dyadic.zeroPoint(), dyadic.quantMin(), dyadic.quantMax());
          case FixedPointRequantizer fixed -> FusedConstants.common(fixed.zeroPoint(), fixed.quantMin(), fixed.quantMax());
          default -> throw new IllegalArgumentException("no requantization by integers");
        };
    MemorySegment.copy(common, 0, memory, ValueLayout.JAVA_INT, 0, common.length);
    for (int lane = 0; lane < LANES / 2; lane++) {
      long at = COMMON_BYTES + (long) lane * Long.BYTES;
      memory.set(ValueLayout.JAVA_LONG, at, Short.MIN_VALUE);
      memory.set(ValueLayout.JAVA_LONG, at + ROW_BYTES, Short.MAX_VALUE);
      memory.set(ValueLayout.JAVA_LONG, at + 2 * ROW_BYTES, 0xFFFF_FFFFL);
    }
    for (int column = 0; column < n; column++) {
      long vector = block(column);
      int lane = column % LANES;
      memory.set(ValueLayout.JAVA_INT, vector + (long) lane * Integer.BYTES, epilogue.bias()[column]);
      long at = vector + ROW_BYTES + (lane & 1) * HALF_BYTES + (long) (lane / 2) * Long.BYTES;
      long[] numbers = numbers(epilogue.requantizer(), column);
      for (int i = 0; i < LONGS; i++) {
        memory.set(ValueLayout.JAVA_LONG, at + i * ROW_BYTES, numbers[i]);
      }
    }
    return memory;
  }

  /** m, r, s, a, h and t of a column. */
  private static long[] numbers(Requantizer requantizer, int column) {
    return switch (requantizer) {
      case DyadicRequantizer dyadic -> {
        // 2^31 does not fit 32 bits with a sign: half of it, with a shift less, is the same number.
        boolean halve = dyadic.multipliers()[column] == 1L << 31;
        int shift = dyadic.shifts()[column] - (halve ? 1 : 0);
        yield new long[] {dyadic.multipliers()[column] >> (halve ? 1 : 0), 1L << (shift - 1), shift, 0, 0, 0};
      }
      case FixedPointRequantizer fixed -> {
        int shift = -fixed.exponents()[column];
        long half = shift == 0 ? 0 : 1L << (shift - 1);
        // Ties go away from zero: one less for negative numbers, where anything is shifted out.
        yield new long[] {
          fixed.multipliers()[column], 1L << (HIGH_MULTIPLY_SHIFT - 1), HIGH_MULTIPLY_SHIFT, shift == 0 ? 0 : 1, half, shift,
        };
      }
      default -> throw new IllegalArgumentException("no requantization by integers");
    };
  }
}
