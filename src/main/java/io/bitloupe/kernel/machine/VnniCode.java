package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R10;
import static io.bitloupe.kernel.machine.X64Assembler.R8;
import static io.bitloupe.kernel.machine.X64Assembler.R9;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RCX;
import static io.bitloupe.kernel.machine.X64Assembler.RDI;
import static io.bitloupe.kernel.machine.X64Assembler.RDX;
import static io.bitloupe.kernel.machine.X64Assembler.RSI;

/**
 * The AVX512-VNNI micro-kernel: {@code rows} x (16 * vectors) accumulators stay in registers; each step of four along K loads
 * the panel's vectors once and broadcasts four bytes of each row.
 */
final class VnniCode {

  /** Bytes along K that one step takes. */
  static final int BLOCK = 4;

  /** Columns of one vector of accumulators. */
  static final int LANES = 16;

  private static final int VECTOR_BYTES = 64;

  private VnniCode() {}

  /** Arguments: A, its row stride, panel, C, its row stride, number of blocks of four (System V calling convention). */
  static X64Assembler emit(int rows, int vectors) {
    X64Assembler code = new X64Assembler();
    int panel = rows * vectors;
    int broadcast = panel + vectors;
    for (int i = 0; i < rows * vectors; i++) {
      code.vzero(i);
    }
    int loop = code.label();
    for (int v = 0; v < vectors; v++) {
      code.vload(panel + v, RDX, v * VECTOR_BYTES);
    }
    code.move(RAX, RDI);
    for (int row = 0; row < rows; row++) {
      code.vbroadcast32(broadcast, RAX, 0);
      if (row + 1 < rows) {
        code.add(RAX, RSI);
      }
      for (int v = 0; v < vectors; v++) {
        code.vpdpbusd(row * vectors + v, broadcast, panel + v);
      }
    }
    code.addImmediate(RDI, BLOCK);
    code.addImmediate(RDX, vectors * VECTOR_BYTES);
    code.decrement(R9);
    code.jumpIfNotZero(loop);
    code.move(R10, RCX);
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < vectors; v++) {
        code.vstore(R10, v * VECTOR_BYTES, row * vectors + v);
      }
      code.add(R10, R8);
    }
    code.vzeroupper();
    code.ret();
    return code;
  }
}
