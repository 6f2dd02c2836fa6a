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
 * Machine code that convolves a block of 64 {@link Lanes}, each with taps of its own, and requantizes. The dot product of
 * AVX512-VNNI sums four neighbouring bytes, so the bytes of four taps are interleaved: 64 lanes of four taps become four vectors of
 * 16 lanes. Narrowing undoes the order that interleaving leaves.
 */
final class DepthwiseCode {

  /** Taps that one dot product takes. */
  static final int GROUP = 4;

  /** Lanes of a block. */
  static final int LANES = 64;

  /** Bytes of the weights of a group of taps for one output row. */
  static final int GROUP_BYTES = GROUP * LANES;

  /** Groups of taps. */
  static final int GROUPS = 0;

  /** Blocks of lanes; lost. */
  static final int BLOCKS = 1;

  /** Bytes of the weights of a block. */
  static final int BLOCK_BYTES = 2;

  /** Bytes from the first parameter to the masks of the first block; lost. */
  static final int MASKS = 3;

  /** Runs of a row. */
  static final int RUNS = 4;

  /** Bytes from what one run sees to what the next one sees. */
  static final int RUN_STRIDE = 5;

  /** Bytes, negative, by which the second run of a row comes sooner than the others, in the input as in the output. */
  static final int RUN_OVERLAP = 6;

  /** Output rows, or pairs of them. */
  static final int ROWS = 7;

  /** Bytes from what one of them sees to what the next one sees. */
  static final int ROW_STRIDE = 8;

  /** Bytes, negative, by which the second one sees sooner. */
  static final int ROW_OVERLAP = 9;

  /** Bytes from the output of one run to that of the next. */
  static final int OUT_RUN_STRIDE = 10;

  /** Bytes from one output row to the next. */
  static final int OUT_ROW_STRIDE = 11;

  /** Bytes, negative, by which the output of the second one stands sooner. */
  static final int OUT_ROW_OVERLAP = 12;

  /**
   * Where the offsets of the taps start, in bytes from the first one that a run sees, four for each group. After them come two
   * masks for each block: one bit for each lane of the first output row, and the same for a second one, 0 where only one is
   * asked for.
   */
  static final int TAPS = 17;

  private static final int INPUT = 13;
  private static final int OUT = 14;
  private static final int ROW_OVERLAP_LEFT = 15;
  private static final int OUT_ROW_OVERLAP_LEFT = 16;

  private static final int VECTOR_BYTES = 64;
  private static final int SUMS = 12;
  private static final int CONSTANTS = 20;
  private static final int[] LANE_MASKS = {1, 2};
  private static final int BLOCK_CONSTANT_BYTES = 2 * LANES * Integer.BYTES;
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  private DepthwiseCode() {}

  /** Where lane {@code lane} of a block stands after interleaving. */
  static int position(int lane) {
    return lane % 16 / 4 * 16 + lane / 16 * 4 + lane % 4;
  }

  /**
   * Emits a function of the first pixel, the weights, the constants, and the first output.
   *
   * @param outputRows 1, or 2 for neighbouring rows that see the same groups of taps, each with weights of its own
   */
  static NativeCode emit(int outputRows, Narrowing narrowing) {
    X64Assembler code = new X64Assembler();
    FusedEpilogue epilogue = new FusedEpilogue(code, CONSTANTS, narrowing);
    for (int register : SAVED) {
      code.push(register);
    }
    epilogue.loadCommon(RDX);
    code.addImmediate(RDX, (int) FusedConstants.blockOffset(0, LANES));
    int nextBlock = code.label();
    openBlock(code, epilogue);
    load(code, RBP, RUN_STRIDE);
    load(code, R8, OUT_ROW_STRIDE);
    load(code, R15, ROWS);
    int nextRow = code.label();
    code.move(R10, RDI);
    load(code, R14, RUNS);
    load(code, R12, RUN_OVERLAP);
    int nextRun = code.label();
    for (int v = 0; v < GROUP * outputRows; v++) {
      code.vload(SUMS + v, RDX, v % GROUP * VECTOR_BYTES);
    }
    load(code, R13, GROUPS);
    code.move(R11, RSI);
    code.move(RBX, R9);
    int nextGroup = code.label();
    interleavedProducts(code, outputRows);
    code.decrement(R13);
    code.jumpIfNotZero(nextGroup);
    code.move(RAX, RCX);
    for (int row = 0; row < outputRows; row++) {
      int first = SUMS + GROUP * row;
      epilogue.narrowWithinLanes(new int[] {first, first + 1, first + 2, first + 3}, new int[] {0, 1, 2, 3});
      code.vstoreBytes(RAX, 0, first, VECTOR_BYTES, LANE_MASKS[row]);
      code.add(RAX, R8);
    }
    code.add(R10, RBP);
    code.add(R10, R12);
    code.addMemory(RCX, R9, NativeCode.offset(OUT_RUN_STRIDE));
    code.add(RCX, R12);
    code.loadImmediate(R12, 0);
    code.decrement(R14);
    code.jumpIfNotZero(nextRun);
    for (int row = 1; row < outputRows; row++) {
      // The runs went along the first row.
      code.add(RCX, R8);
    }
    code.addMemory(RDI, R9, NativeCode.offset(ROW_STRIDE));
    takeOverlap(code, RDI, ROW_OVERLAP_LEFT);
    takeOverlap(code, RCX, OUT_ROW_OVERLAP_LEFT);
    code.decrement(R15);
    code.jumpIfNotZero(nextRow);
    closeBlock(code);
    code.decrementMemory(R9, NativeCode.offset(BLOCKS));
    code.jumpIfNotZero(nextBlock);
    code.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
    return new NativeCode(code, 0, TAPS + GROUP);
  }

  private static void openBlock(X64Assembler code, FusedEpilogue epilogue) {
    load(code, RAX, MASKS);
    code.move(RBX, RAX);
    code.add(RBX, R9);
    for (int row = 0; row < LANE_MASKS.length; row++) {
      code.load64(R10, RBX, NativeCode.offset(row));
      code.maskFrom(LANE_MASKS[row], R10);
    }
    code.addImmediate(RAX, NativeCode.offset(LANE_MASKS.length));
    store(code, MASKS, RAX);
    store(code, INPUT, RDI);
    store(code, OUT, RCX);
    load(code, RAX, ROW_OVERLAP);
    store(code, ROW_OVERLAP_LEFT, RAX);
    load(code, RAX, OUT_ROW_OVERLAP);
    store(code, OUT_ROW_OVERLAP_LEFT, RAX);
    epilogue.loadScales(RDX, LANES * Integer.BYTES, GROUP);
  }

  private static void closeBlock(X64Assembler code) {
    load(code, RDI, INPUT);
    code.addImmediate(RDI, LANES);
    load(code, RCX, OUT);
    code.addImmediate(RCX, LANES);
    code.addMemory(RSI, R9, NativeCode.offset(BLOCK_BYTES));
    code.addImmediate(RDX, BLOCK_CONSTANT_BYTES);
  }

  /** Moves a pointer by an overlap, once in a block. */
  private static void takeOverlap(X64Assembler code, int pointer, int parameter) {
    code.addMemory(pointer, R9, NativeCode.offset(parameter));
    code.loadImmediate(RAX, 0);
    store(code, parameter, RAX);
  }

  private static void interleavedProducts(X64Assembler code, int outputRows) {
    for (int tap = 0; tap < GROUP; tap++) {
      code.load64(RAX, RBX, NativeCode.offset(TAPS + tap));
      code.add(RAX, R10);
      code.vloadBytes(tap, RAX, 0, LANE_MASKS[0]);
    }
    code.vinterleaveBytes(4, 0, 1, false);
    code.vinterleaveBytes(5, 0, 1, true);
    code.vinterleaveBytes(6, 2, 3, false);
    code.vinterleaveBytes(7, 2, 3, true);
    for (int half = 0; half < 2; half++) {
      code.vinterleaveShorts(8 + 2 * half, 4 + half, 6 + half, false);
      code.vinterleaveShorts(9 + 2 * half, 4 + half, 6 + half, true);
    }
    for (int v = 0; v < GROUP * outputRows; v++) {
      code.vpdpbusdMemory(SUMS + v, 8 + v % GROUP, R11, v * VECTOR_BYTES);
    }
    code.addImmediate(R11, outputRows * GROUP_BYTES);
    code.addImmediate(RBX, NativeCode.offset(GROUP));
  }

  private static void load(X64Assembler code, int register, int parameter) {
    code.load64(register, R9, NativeCode.offset(parameter));
  }

  private static void store(X64Assembler code, int parameter, int register) {
    code.store64(R9, NativeCode.offset(parameter), register);
  }
}
