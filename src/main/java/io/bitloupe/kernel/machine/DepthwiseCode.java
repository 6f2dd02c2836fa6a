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
 * Machine code that convolves 64 channels of pixels, each with taps of its own, and requantizes. The dot product of AVX512-VNNI
 * sums four neighbouring bytes, so the bytes of four taps are interleaved: 64 channels of four taps become four vectors of 16
 * channels. Narrowing undoes the order that interleaving leaves.
 */
final class DepthwiseCode {

  /** Taps that one dot product takes. */
  static final int GROUP = 4;

  /** Channels of a block. */
  static final int CHANNELS = 64;

  /** Bytes of the weights of a group of taps for one pixel. */
  static final int GROUP_BYTES = GROUP * CHANNELS;

  /** Groups of taps. */
  static final int GROUPS = 0;

  /** One bit for each channel that is there. */
  static final int CHANNEL_MASK = 1;

  /** Runs of output pixels of a row, each of one pixel or of two. */
  static final int WIDTH = 2;

  /** Bytes from what the first pixel of a run sees to what that of the next one sees. */
  static final int PIXEL_STRIDE = 3;

  /** Output rows. */
  static final int ROWS = 4;

  /** Bytes from what one output row sees to what the next one sees. */
  static final int ROW_STRIDE = 5;

  /** Bytes from one output pixel to the next; rows follow one another. */
  static final int OUT_STRIDE = 6;

  /** Bytes from the start of the constants to those of the block. */
  static final int BLOCK_CONSTANTS = 7;

  /** Bytes from the first output pixel of a run to that of the next one. */
  static final int RUN_STRIDE = 8;

  /** Bytes by which the second run of a row comes sooner than the others, in the input as in the output: rows may be odd. */
  static final int OVERLAP = 9;

  /** Where the offsets of the taps start, in bytes from the first one that a pixel sees, four for each group. */
  static final int TAPS = 10;

  private static final int VECTOR_BYTES = 64;
  private static final int SUMS = 12;
  private static final int CONSTANTS = 20;
  private static final int MASK = 1;
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  private DepthwiseCode() {}

  /** Where channel {@code channel} of a block stands after interleaving. */
  static int position(int channel) {
    return channel % 16 / 4 * 16 + channel / 16 * 4 + channel % 4;
  }

  /**
   * Emits a function of the first pixel, the weights of the block, the constants, and the first output pixel.
   *
   * @param pixels 1, or 2 for neighbouring pixels that see the same groups of taps, each with weights of its own
   */
  static NativeCode emit(int pixels, Narrowing narrowing) {
    X64Assembler code = new X64Assembler();
    FusedEpilogue epilogue = new FusedEpilogue(code, CONSTANTS, narrowing);
    for (int register : SAVED) {
      code.push(register);
    }
    load(code, RAX, CHANNEL_MASK);
    code.maskFrom(MASK, RAX);
    epilogue.loadCommon(RDX);
    code.addMemory(RDX, R9, NativeCode.offset(BLOCK_CONSTANTS));
    epilogue.loadScales(RDX, CHANNELS * Integer.BYTES, GROUP);
    load(code, RBP, PIXEL_STRIDE);
    load(code, R8, OUT_STRIDE);
    load(code, R15, ROWS);
    int nextRow = code.label();
    code.move(R10, RDI);
    load(code, R14, WIDTH);
    load(code, R12, OVERLAP);
    int nextRun = code.label();
    for (int v = 0; v < GROUP * pixels; v++) {
      code.vload(SUMS + v, RDX, v % GROUP * VECTOR_BYTES);
    }
    load(code, R13, GROUPS);
    code.move(R11, RSI);
    code.move(RBX, R9);
    int nextGroup = code.label();
    interleavedProducts(code, pixels);
    code.decrement(R13);
    code.jumpIfNotZero(nextGroup);
    code.move(RAX, RCX);
    for (int pixel = 0; pixel < pixels; pixel++) {
      int first = SUMS + GROUP * pixel;
      epilogue.narrowWithinLanes(new int[] {first, first + 1, first + 2, first + 3}, new int[] {0, 1, 2, 3});
      code.vstoreBytes(RAX, 0, first, VECTOR_BYTES, MASK);
      code.add(RAX, R8);
    }
    code.add(R10, RBP);
    code.add(R10, R12);
    code.addMemory(RCX, R9, NativeCode.offset(RUN_STRIDE));
    code.add(RCX, R12);
    code.loadImmediate(R12, 0);
    code.decrement(R14);
    code.jumpIfNotZero(nextRun);
    code.addMemory(RDI, R9, NativeCode.offset(ROW_STRIDE));
    code.decrement(R15);
    code.jumpIfNotZero(nextRow);
    code.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
    return new NativeCode(code, 0, TAPS + GROUP);
  }

  private static void interleavedProducts(X64Assembler code, int pixels) {
    for (int tap = 0; tap < GROUP; tap++) {
      code.load64(RAX, RBX, NativeCode.offset(TAPS + tap));
      code.add(RAX, R10);
      code.vloadBytes(tap, RAX, 0, MASK);
    }
    code.vinterleaveBytes(4, 0, 1, false);
    code.vinterleaveBytes(5, 0, 1, true);
    code.vinterleaveBytes(6, 2, 3, false);
    code.vinterleaveBytes(7, 2, 3, true);
    for (int half = 0; half < 2; half++) {
      code.vinterleaveShorts(8 + 2 * half, 4 + half, 6 + half, false);
      code.vinterleaveShorts(9 + 2 * half, 4 + half, 6 + half, true);
    }
    for (int v = 0; v < GROUP * pixels; v++) {
      code.vpdpbusdMemory(SUMS + v, 8 + v % GROUP, R11, v * VECTOR_BYTES);
    }
    code.addImmediate(R11, pixels * GROUP_BYTES);
    code.addImmediate(RBX, NativeCode.offset(GROUP));
  }

  private static void load(X64Assembler code, int register, int parameter) {
    code.load64(register, R9, NativeCode.offset(parameter));
  }
}
