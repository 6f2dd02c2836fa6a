package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R10;
import static io.bitloupe.kernel.machine.X64Assembler.R11;
import static io.bitloupe.kernel.machine.X64Assembler.R8;
import static io.bitloupe.kernel.machine.X64Assembler.R9;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RCX;
import static io.bitloupe.kernel.machine.X64Assembler.RDI;
import static io.bitloupe.kernel.machine.X64Assembler.RDX;
import static io.bitloupe.kernel.machine.X64Assembler.RSI;
import static io.bitloupe.kernel.machine.X64Assembler.RSP;

/**
 * The AMX micro-kernel: up to 32 rows x 32 columns in four accumulator tiles; each step of 64 along K loads two tiles of A
 * straight from its rows and two of the panel. The tile configuration stands before the code's first instruction.
 */
final class AmxCode {

  /** Bytes along K that one step takes. */
  static final int BLOCK = 64;

  /** Rows, and columns, of one tile of accumulators. */
  static final int TILE = 16;

  private static final int TILE_BYTES = 1024;
  private static final int CONFIG_BYTES = 64;
  private static final int CONFIG_COLUMNS = 16;
  private static final int CONFIG_ROWS = 48;

  private AmxCode() {}

  /**
   * Arguments: A, its row stride, panel of 32 columns, C, its row stride, number of blocks of 64 (System V calling convention).
   *
   * @param rows 1 to 32
   */
  static X64Assembler emit(int rows) {
    int upper = Math.min(rows, TILE);
    int lower = rows - upper;
    X64Assembler code = new X64Assembler();
    configure(code, upper, lower);
    code.tileZero(0);
    code.tileZero(1);
    if (lower > 0) {
      code.tileZero(2);
      code.tileZero(3);
      code.move(R10, RSI);
      code.shiftLeft(R10, 4);
      code.add(R10, RDI);
    }
    code.loadImmediate(R11, CONFIG_BYTES);
    int loop = code.label();
    code.tileLoad(6, RDX, R11);
    code.tileLoad(4, RDI, RSI);
    code.tdpbusd(0, 4, 6);
    code.addImmediate(RDX, TILE_BYTES);
    code.tileLoad(7, RDX, R11);
    code.tdpbusd(1, 4, 7);
    if (lower > 0) {
      code.tileLoad(5, R10, RSI);
      code.tdpbusd(2, 5, 6);
      code.tdpbusd(3, 5, 7);
      code.addImmediate(R10, BLOCK);
    }
    code.addImmediate(RDI, BLOCK);
    code.addImmediate(RDX, TILE_BYTES);
    code.decrement(R9);
    code.jumpIfNotZero(loop);
    code.tileStore(RCX, R8, 0);
    code.move(RAX, RCX);
    code.addImmediate(RAX, CONFIG_BYTES);
    code.tileStore(RAX, R8, 1);
    if (lower > 0) {
      code.move(R10, R8);
      code.shiftLeft(R10, 4);
      code.add(RCX, R10);
      code.add(RAX, R10);
      code.tileStore(RCX, R8, 2);
      code.tileStore(RAX, R8, 3);
    }
    code.tileRelease();
    code.ret();
    return code;
  }

  /** Builds the tile configuration on the stack, below the red zone's end, and loads it. */
  private static void configure(X64Assembler code, int upper, int lower) {
    byte[] config = new byte[CONFIG_BYTES];
    config[0] = 1;
    int[] rows = {upper, upper, lower, lower, upper, lower, TILE, TILE};
    for (int tile = 0; tile < rows.length; tile++) {
      if (rows[tile] > 0) {
        config[CONFIG_COLUMNS + 2 * tile] = CONFIG_BYTES;
        config[CONFIG_ROWS + tile] = (byte) rows[tile];
      }
    }
    for (int i = 0; i < CONFIG_BYTES; i += Integer.BYTES) {
      int word = config[i] & 0xFF | (config[i + 1] & 0xFF) << 8 | (config[i + 2] & 0xFF) << 16 | config[i + 3] << 24;
      code.loadImmediate(RAX, word);
      code.store32(RSP, i - 2 * CONFIG_BYTES, RAX);
    }
    code.move(RAX, RSP);
    code.addImmediate(RAX, -2 * CONFIG_BYTES);
    code.tileConfigure(RAX);
  }
}
