package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R8;
import static io.bitloupe.kernel.machine.X64Assembler.R9;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RCX;
import static io.bitloupe.kernel.machine.X64Assembler.RDI;
import static io.bitloupe.kernel.machine.X64Assembler.RDX;
import static io.bitloupe.kernel.machine.X64Assembler.RSI;

/**
 * Machine code that turns accumulators into codes by integers alone, 64 columns of any number of rows:
 * {@code x = ((acc + bias) * m + r) >> s}, then {@code y = (x + h - (x < 0 ? a : 0)) >> t}, each column with numbers of its own
 * ({@link IntegerConstants}). Products have 64 bits, so the two halves of each pair of columns go separate ways until the sums are
 * small.
 */
final class RequantizeCode {

  /** Columns of a block. */
  static final int COLUMNS = 64;

  /** Rows. */
  static final int ROWS = 0;

  /** Bytes from one row of accumulators to the next. */
  static final int SUM_STRIDE = 1;

  /** Bytes from one row of codes to the next. */
  static final int OUT_STRIDE = 2;

  /** One bit for each code that may be written. */
  static final int CODE_MASK = 3;

  /** One bit for each byte of the accumulators of 16 columns that may be read, for each of four vectors. */
  static final int SUM_MASKS = 4;

  /** Number of parameters. */
  static final int PARAMETERS = 8;

  private static final int VECTORS = 4;
  private static final int VECTOR_BYTES = 64;
  private static final int CONSTANTS = 20;
  private static final int LEAST = 28;
  private static final int GREATEST = 29;
  private static final int LOW_HALVES = 30;
  private static final int CODE_MASK_REGISTER = 1;
  private static final int FIRST_SUM_MASK = 2;
  private static final int ODD = 8;
  private static final int SIGN = 9;

  private RequantizeCode() {}

  /** Emits a function of the accumulators, the block's constants, the common ones, the codes, and three vectors of bounds. */
  static NativeCode emit() {
    X64Assembler code = new X64Assembler();
    FusedEpilogue epilogue = new FusedEpilogue(code, CONSTANTS, Narrowing.CLAMPED);
    epilogue.loadCommon(RDX);
    for (int i = 0; i < 3; i++) {
      code.vload(LEAST + i, R8, i * VECTOR_BYTES);
    }
    code.load64(RAX, R9, NativeCode.offset(CODE_MASK));
    code.maskFrom(CODE_MASK_REGISTER, RAX);
    for (int v = 0; v < VECTORS; v++) {
      code.load64(RAX, R9, NativeCode.offset(SUM_MASKS + v));
      code.maskFrom(FIRST_SUM_MASK + v, RAX);
    }
    code.load64(RAX, R9, NativeCode.offset(ROWS));
    int nextRow = code.label();
    for (int v = 0; v < VECTORS; v++) {
      int constants = v * IntegerConstants.VECTOR_INTS * Integer.BYTES;
      code.vloadBytes(v, RDI, v * VECTOR_BYTES, FIRST_SUM_MASK + v);
      code.vload(ODD, RSI, constants);
      code.vaddInts(v, v, ODD);
      code.vshiftRightLongs(ODD, v, Integer.SIZE);
      scale(code, v, constants + VECTOR_BYTES);
      scale(code, ODD, constants + (1 + IntegerConstants.LONGS) * VECTOR_BYTES);
      code.vshiftLeftLongs(ODD, ODD, Integer.SIZE);
      code.vand(v, v, LOW_HALVES);
      code.vor(v, v, ODD);
    }
    epilogue.narrowInts(new int[] {0, 1, 2, 3});
    epilogue.order(0);
    code.vstoreBytes(RCX, 0, 0, VECTOR_BYTES, CODE_MASK_REGISTER);
    code.addMemory(RDI, R9, NativeCode.offset(SUM_STRIDE));
    code.addMemory(RCX, R9, NativeCode.offset(OUT_STRIDE));
    code.decrement(RAX);
    code.jumpIfNotZero(nextRow);
    code.vzeroupper();
    code.ret();
    return new NativeCode(code, 0, PARAMETERS);
  }

  /** Scales eight 64-bit lanes, whose low halves count. */
  private static void scale(X64Assembler code, int lanes, int constants) {
    int[] at = new int[IntegerConstants.LONGS];
    for (int i = 0; i < at.length; i++) {
      at[i] = constants + i * VECTOR_BYTES;
    }
    code.vload(SIGN, RSI, at[0]);
    code.vmultiplyLowHalves(lanes, lanes, SIGN);
    code.vload(SIGN, RSI, at[1]);
    code.vaddLongs(lanes, lanes, SIGN);
    code.vload(SIGN, RSI, at[2]);
    code.vshiftRightLongsEach(lanes, lanes, SIGN);
    code.vshiftRightLongs(SIGN, lanes, Long.SIZE - 1);
    code.vload(SIGN + 1, RSI, at[3]);
    code.vand(SIGN, SIGN, SIGN + 1);
    code.vsubLongs(lanes, lanes, SIGN);
    code.vload(SIGN, RSI, at[4]);
    code.vaddLongs(lanes, lanes, SIGN);
    code.vload(SIGN, RSI, at[5]);
    code.vshiftRightLongsEach(lanes, lanes, SIGN);
    code.vmaxLongs(lanes, lanes, LEAST);
    code.vminLongs(lanes, lanes, GREATEST);
  }
}
