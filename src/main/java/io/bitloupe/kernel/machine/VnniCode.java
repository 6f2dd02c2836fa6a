package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R10;
import static io.bitloupe.kernel.machine.X64Assembler.R11;
import static io.bitloupe.kernel.machine.X64Assembler.R12;
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
import static io.bitloupe.kernel.machine.X64Assembler.RSP;

/**
 * The AVX512-VNNI micro-kernel: tiles of up to 9 rows x 32 columns of accumulators stay in registers; each step of four along K
 * loads the panel's two vectors once and broadcasts four bytes of each row.
 */
final class VnniCode {

  /** Bytes along K that one step takes. */
  static final int BLOCK = 4;

  /** The most rows of a tile: 18 accumulators, 2 panel vectors, 1 broadcast and 10 constants fit the 32 registers. */
  static final int MAX_ROWS = 9;

  private static final int VECTORS = 2;
  private static final int VECTOR_BYTES = 64;
  private static final int CONSTANTS = 22;
  private static final int PANEL = 18;
  private static final int BROADCAST = 20;
  private static final int[] SAVED = {RBX, RBP, R12, R14, R15};
  private static final int STACK_ARGUMENTS = (SAVED.length + 1) * Long.BYTES;

  private VnniCode() {}

  /**
   * The kernel for tiles of exactly {@code rows} rows of unsigned bytes, 1 to {@link #MAX_ROWS}, by signed bytes (System V
   * calling convention).
   *
   * @param codes whether the epilogue is fused
   */
  static MicroKernel emit(int rows, boolean codes) {
    X64Assembler code = new X64Assembler();
    for (int register : SAVED) {
      code.push(register);
    }
    code.load64(RBX, RSP, STACK_ARGUMENTS);
    code.load64(R15, RSP, STACK_ARGUMENTS + 2 * Long.BYTES);
    code.load64(RBP, RSP, STACK_ARGUMENTS + 3 * Long.BYTES);
    FusedEpilogue epilogue = new FusedEpilogue(code, CONSTANTS, VECTORS);
    if (codes) {
      code.load64(RAX, RSP, STACK_ARGUMENTS + Long.BYTES);
      epilogue.loadConstants(RAX);
    }
    int nextTile = code.label();
    code.move(R10, RDI);
    code.move(R11, RDX);
    code.move(R14, R9);
    for (int i = 0; i < rows * VECTORS; i++) {
      code.vzero(i);
    }
    int step = code.label();
    for (int v = 0; v < VECTORS; v++) {
      code.vload(PANEL + v, R11, v * VECTOR_BYTES);
    }
    code.move(RAX, R10);
    for (int row = 0; row < rows; row++) {
      code.vbroadcast32(BROADCAST + (row & 1), RAX, 0);
      if (row + 1 < rows) {
        code.add(RAX, RSI);
      }
      for (int v = 0; v < VECTORS; v++) {
        code.vpdpbusd(row * VECTORS + v, BROADCAST + (row & 1), PANEL + v);
      }
    }
    code.addImmediate(R10, BLOCK);
    code.addImmediate(R11, VECTORS * VECTOR_BYTES);
    code.decrement(R14);
    code.jumpIfNotZero(step);
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < VECTORS; v++) {
        if (codes) {
          epilogue.store(row * VECTORS + v, v, R15);
        } else {
          code.vstore(RCX, v * VECTOR_BYTES, row * VECTORS + v);
        }
      }
      code.add(codes ? R15 : RCX, codes ? RBP : R8);
    }
    code.loadImmediate(R12, rows);
    int row = code.label();
    code.add(RDI, RSI);
    code.decrement(R12);
    code.jumpIfNotZero(row);
    code.decrement(RBX);
    code.jumpIfNotZero(nextTile);
    code.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
    return new MicroKernel(code, 0);
  }
}
