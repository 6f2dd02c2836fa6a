package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R9;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RCX;
import static io.bitloupe.kernel.machine.X64Assembler.RDI;
import static io.bitloupe.kernel.machine.X64Assembler.RDX;
import static io.bitloupe.kernel.machine.X64Assembler.RSI;

/** Machine code for passes over runs of whole blocks of 64 codes. */
final class PointwiseCode {

  /** Codes of a block. */
  static final int BLOCK = 64;

  /** Number of blocks: the only parameter. */
  static final int BLOCKS = 0;

  private static final int LANES = 16;
  private static final int VECTOR_BYTES = 64;
  private static final int CONSTANTS = 16;
  private static final int FACTORS = 24;
  private static final int MASK = 1;
  private static final int[] VECTORS = {0, 1, 2, 3};

  private PointwiseCode() {}

  /**
   * Emits {@code rint(fma(a, Ra, fma(b, Rb, F)))} and its clamp, a function of a, b, the common constants, the sums, and four
   * floats or ints: Ra, Rb, F and 128.
   */
  static NativeCode add(boolean signedA, boolean signedB) {
    X64Assembler code = new X64Assembler();
    FusedEpilogue epilogue = new FusedEpilogue(code, CONSTANTS, Narrowing.CLAMPED);
    epilogue.loadCommon(RDX);
    for (int i = 0; i < 4; i++) {
      code.vbroadcast32(FACTORS + i, X64Assembler.R8, i * Integer.BYTES);
    }
    code.load64(RAX, R9, NativeCode.offset(BLOCKS));
    int next = code.label();
    for (int v : VECTORS) {
      floats(code, v, RDI, v, signedA);
      floats(code, 4 + v, RSI, v, signedB);
    }
    for (int v : VECTORS) {
      code.vfmaFloats(4 + v, FACTORS + 1, FACTORS + 2);
      code.vfmaFloats(v, FACTORS, 4 + v);
    }
    finish(code, epilogue, next);
    return new NativeCode(code, 0, 1);
  }

  private static void floats(X64Assembler code, int register, int base, int v, boolean signed) {
    code.vwidenBytes(register, base, v * LANES, signed);
    if (signed) {
      code.vaddInts(register, register, FACTORS + 3);
    }
    code.vintsToFloats(register, register);
  }

  /** Emits QuantizeLinear, a function of the real numbers, nothing, the common constants, the codes, and one float: the scale. */
  static NativeCode quantize() {
    X64Assembler code = new X64Assembler();
    FusedEpilogue epilogue = new FusedEpilogue(code, CONSTANTS, Narrowing.CLAMPED);
    epilogue.loadCommon(RDX);
    code.vbroadcast32(FACTORS, X64Assembler.R8, 0);
    code.load64(RAX, R9, NativeCode.offset(BLOCKS));
    int next = code.label();
    for (int v : VECTORS) {
      code.vload(v, RDI, v * VECTOR_BYTES);
      code.vdivFloats(v, v, FACTORS);
      code.vzeroNotNumbers(v, MASK);
    }
    code.addImmediate(RDI, (VECTORS.length - 1) * VECTOR_BYTES);
    finish(code, epilogue, next);
    return new NativeCode(code, 0, 1);
  }

  private static void finish(X64Assembler code, FusedEpilogue epilogue, int next) {
    epilogue.narrowFloats(VECTORS);
    epilogue.order(0);
    code.vstore(RCX, 0, 0);
    code.addImmediate(RDI, BLOCK);
    code.addImmediate(RSI, BLOCK);
    code.addImmediate(RCX, BLOCK);
    code.decrement(RAX);
    code.jumpIfNotZero(next);
    code.vzeroupper();
    code.ret();
  }
}
