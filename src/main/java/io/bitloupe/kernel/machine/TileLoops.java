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
import static io.bitloupe.kernel.machine.X64Assembler.RSI;

/**
 * Emits the loops that all micro-kernels share, over tiles of rows and over K blocks. What an instruction set does within them is
 * a {@link Body}.
 */
final class TileLoops {

  /** First row of the tile, at the current K block. */
  static final int A = R10;

  /** The panel at the current K block. */
  static final int B = R11;

  /** Bytes from one row of A to the next. */
  static final int A_STRIDE = RBP;

  /** First row of the result. */
  static final int OUT = R15;

  /** Bytes from one row of the result to the next. */
  static final int OUT_STRIDE = R8;

  /** Biases of the panel's columns, where codes are asked for; the scales follow. */
  static final int BIASES = RCX;

  private static final int[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  /** The part that differs between instruction sets. */
  interface Body {
    /** Once for each call: constants into registers. */
    void begin();

    /** Once for each tile: accumulators, and registers that follow {@link #A}. */
    void open();

    /** One K block; moves {@link #A} and {@link #B} on. */
    void block();

    /** Once for each tile: from accumulators to the result at {@link #OUT}, which it moves on. */
    void close();

    /** Once for each call. */
    void end();
  }

  private TileLoops() {}

  static void emit(X64Assembler code, TileKey key, Body body) {
    for (int register : SAVED) {
      code.push(register);
    }
    load(code, A_STRIDE, MicroKernel.ROW_STRIDE);
    load(code, RBX, MicroKernel.TILES);
    code.move(OUT, R8);
    load(code, OUT_STRIDE, MicroKernel.OUT_STRIDE);
    body.begin();
    int nextTile = code.label();
    code.move(A, RDI);
    code.move(B, RSI);
    body.open();
    load(code, R14, MicroKernel.BLOCKS);
    int nextBlock = code.label();
    body.block();
    code.decrement(R14);
    code.jumpIfNotZero(nextBlock);
    body.close();
    code.addMemory(RDI, R9, NativeCode.offset(MicroKernel.TILE_STRIDE));
    code.decrement(RBX);
    code.jumpIfNotZero(nextTile);
    body.end();
    code.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
  }

  /** Loads a parameter. */
  static void load(X64Assembler code, int register, int parameter) {
    code.load64(register, R9, NativeCode.offset(parameter));
  }

  /** Loads the mask, the constants of all columns and, after moving {@link #BIASES} to the panel, its scales. */
  static void loadConstants(X64Assembler code, TileKey key, FusedEpilogue epilogue, int mask) {
    load(code, RAX, MicroKernel.COLUMN_MASK);
    code.maskFrom(mask, RAX);
    epilogue.loadCommon(BIASES);
    code.addMemory(BIASES, R9, NativeCode.offset(MicroKernel.PANEL_CONSTANTS));
    epilogue.loadScales(BIASES, MachineWeights.PANEL_COLUMNS * Integer.BYTES, key.vectors());
  }

  /** Moves a pointer by {@code rows} strides; the count is a constant, so shifted additions do. */
  static void advance(X64Assembler code, int pointer, int stride, int rows) {
    code.move(RAX, stride);
    for (int bits = rows; bits != 0; bits >>>= 1) {
      if ((bits & 1) != 0) {
        code.add(pointer, RAX);
      }
      if (bits > 1) {
        code.shiftLeft(RAX, 1);
      }
    }
  }
}
