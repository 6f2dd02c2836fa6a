package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R10;
import static io.bitloupe.kernel.machine.X64Assembler.R11;
import static io.bitloupe.kernel.machine.X64Assembler.R12;
import static io.bitloupe.kernel.machine.X64Assembler.R13;
import static io.bitloupe.kernel.machine.X64Assembler.R14;
import static io.bitloupe.kernel.machine.X64Assembler.R15;
import static io.bitloupe.kernel.machine.X64Assembler.R8;
import static io.bitloupe.kernel.machine.X64Assembler.R9;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RBP;
import static io.bitloupe.kernel.machine.X64Assembler.RBX;
import static io.bitloupe.kernel.machine.X64Assembler.RCX;
import static io.bitloupe.kernel.machine.X64Assembler.RDI;
import static io.bitloupe.kernel.machine.X64Assembler.RDX;
import static io.bitloupe.kernel.machine.X64Assembler.RSI;

/**
 * Machine code that gathers rows of bytes: the segments of each row are put together at the start of a row of the result.
 * Nothing else is read, and nothing else is written. All bytes are combined with a pattern by exclusive or, which turns signed
 * codes into unsigned ones or leaves them as they are.
 */
final class GatherCode {

  /** Whole vectors of a segment. */
  static final int VECTORS = 0;

  /** One bit for each byte of a segment beyond its whole vectors. */
  static final int TAIL_MASK = 1;

  /** Bytes of a segment beyond its whole vectors. */
  static final int TAIL = 2;

  /** Segments of a row. */
  static final int SEGMENTS = 3;

  /** Bytes from the end of a segment's last whole vector to the start of the next segment. */
  static final int SEGMENT_GAP = 4;

  /** Rows of a line. */
  static final int WIDTH = 5;

  /** Bytes from one row of a line to the next. */
  static final int ROW_STRIDE = 6;

  /** Lines. */
  static final int LINES = 7;

  /** Bytes from one line to the next. */
  static final int LINE_STRIDE = 8;

  /** Bytes from one row of the result to the next. */
  static final int OUT_STRIDE = 9;

  /** Bytes from where one whole vector of a segment goes to where the next one goes. */
  static final int OUT_STEP = 10;

  /** Bytes from the end of a line of the result to the start of the next one. */
  static final int OUT_LINE_GAP = 11;

  /** Number of parameters. */
  static final int PARAMETERS = 12;

  private static final int VECTOR_BYTES = 64;
  private static final int TAIL_REGISTER = 1;
  private static final int FLIP = 1;
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  private GatherCode() {}

  /**
   * Emits a function of the first byte, the first row of the result, and the address of 64 bytes of the pattern.
   *
   * @param vectors whether segments have whole vectors
   * @param tail whether segments have bytes beyond their whole vectors
   */
  static NativeCode emit(boolean vectors, boolean tail) {
    X64Assembler code = new X64Assembler();
    for (int register : SAVED) {
      code.push(register);
    }
    code.vload(FLIP, RDX, 0);
    load(code, RAX, TAIL_MASK);
    code.maskFrom(TAIL_REGISTER, RAX);
    load(code, R8, SEGMENT_GAP);
    load(code, RCX, TAIL);
    load(code, RBP, ROW_STRIDE);
    load(code, R15, LINES);
    int nextLine = code.label();
    code.move(R12, RDI);
    load(code, R14, WIDTH);
    int nextRow = code.label();
    code.move(R10, R12);
    code.move(R11, RSI);
    load(code, R13, SEGMENTS);
    int nextSegment = code.label();
    if (vectors) {
      load(code, RBX, VECTORS);
      int next = code.label();
      code.vload(0, R10, 0);
      code.vxor(0, 0, FLIP);
      code.vstore(R11, 0, 0);
      code.addImmediate(R10, VECTOR_BYTES);
      code.addMemory(R11, R9, NativeCode.offset(OUT_STEP));
      code.decrement(RBX);
      code.jumpIfNotZero(next);
    }
    if (tail) {
      code.vloadBytes(0, R10, 0, TAIL_REGISTER);
      code.vxor(0, 0, FLIP);
      code.vstoreBytes(R11, 0, 0, VECTOR_BYTES, TAIL_REGISTER);
      code.add(R11, RCX);
    }
    code.add(R10, R8);
    code.decrement(R13);
    code.jumpIfNotZero(nextSegment);
    code.add(R12, RBP);
    code.addMemory(RSI, R9, NativeCode.offset(OUT_STRIDE));
    code.decrement(R14);
    code.jumpIfNotZero(nextRow);
    code.addMemory(RDI, R9, NativeCode.offset(LINE_STRIDE));
    code.addMemory(RSI, R9, NativeCode.offset(OUT_LINE_GAP));
    code.decrement(R15);
    code.jumpIfNotZero(nextLine);
    code.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
    return new NativeCode(code, 0, PARAMETERS);
  }

  private static void load(X64Assembler code, int register, int parameter) {
    code.load64(register, R9, NativeCode.offset(parameter));
  }
}
