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
import static io.bitloupe.kernel.machine.X64Assembler.RSP;

/**
 * The AMX micro-kernel: tiles of up to 32 rows x 32 columns in four accumulator tiles; each step of 64 along K loads two tiles
 * of A straight from its rows and two of the panel.
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
  private static final int[] SAVED = {RBX, RBP, R12, R13, R14, R15};
  private static final int STACK_ARGUMENTS = (SAVED.length + 1) * Long.BYTES;

  private AmxCode() {}

  /**
   * The kernel for tiles of exactly {@code rows} rows, 1 to 32 (System V calling convention).
   *
   * @param codes whether the epilogue is fused
   */
  static MicroKernel emit(int rows, boolean activationsSigned, boolean weightsSigned, boolean codes) {
    int upper = Math.min(rows, TILE);
    int lower = rows - upper;
    X64Assembler code = new X64Assembler();
    int configuration = code.data(configuration(upper, lower));
    int entry = code.label();
    for (int register : SAVED) {
      code.push(register);
    }
    code.addressOf(RAX, configuration);
    code.tileConfigure(RAX);
    code.load64(RBX, RSP, STACK_ARGUMENTS);
    code.load64(R15, RSP, STACK_ARGUMENTS + 2 * Long.BYTES);
    code.load64(RBP, RSP, STACK_ARGUMENTS + 3 * Long.BYTES);
    FusedEpilogue epilogue = new FusedEpilogue(code, 16, 2);
    if (codes) {
      code.load64(RAX, RSP, STACK_ARGUMENTS + Long.BYTES);
      epilogue.loadConstants(RAX);
    }
    code.loadImmediate(R11, CONFIG_BYTES);

    int nextTile = code.label();
    code.move(R10, RDI);
    code.move(R13, RSI);
    code.shiftLeft(R13, 4);
    code.add(R13, RDI);
    code.move(R12, RDX);
    code.move(R14, R9);
    for (int tile = 0; tile < (lower > 0 ? 4 : 2); tile++) {
      code.tileZero(tile);
    }
    int step = code.label();
    code.tileLoad(6, R12, R11);
    code.tileLoad(4, R10, RSI);
    code.tileDotProduct(0, 4, activationsSigned, 6, weightsSigned);
    code.addImmediate(R12, TILE_BYTES);
    code.tileLoad(7, R12, R11);
    code.tileDotProduct(1, 4, activationsSigned, 7, weightsSigned);
    if (lower > 0) {
      code.tileLoad(5, R13, RSI);
      code.tileDotProduct(2, 5, activationsSigned, 6, weightsSigned);
      code.tileDotProduct(3, 5, activationsSigned, 7, weightsSigned);
      code.addImmediate(R13, BLOCK);
    }
    code.addImmediate(R12, TILE_BYTES);
    code.addImmediate(R10, BLOCK);
    code.decrement(R14);
    code.jumpIfNotZero(step);

    storeAccumulators(code, lower);
    if (codes) {
      requantize(code, epilogue, rows);
    } else {
      advance(code, RCX, R8, rows);
    }
    advance(code, RDI, RSI, rows);
    code.decrement(RBX);
    code.jumpIfNotZero(nextTile);
    code.tileRelease();
    code.vzeroupper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
    return new MicroKernel(code, entry);
  }

  private static void storeAccumulators(X64Assembler code, int lower) {
    code.tileStore(RCX, R8, 0);
    code.move(RAX, RCX);
    code.addImmediate(RAX, CONFIG_BYTES);
    code.tileStore(RAX, R8, 1);
    if (lower > 0) {
      code.move(R10, R8);
      code.shiftLeft(R10, 4);
      code.add(RAX, R10);
      code.add(R10, RCX);
      code.tileStore(R10, R8, 2);
      code.tileStore(RAX, R8, 3);
    }
  }

  private static void requantize(X64Assembler code, FusedEpilogue epilogue, int rows) {
    code.move(RAX, RCX);
    code.loadImmediate(R10, rows);
    int row = code.label();
    code.vload(0, RAX, 0);
    code.vload(1, RAX, CONFIG_BYTES);
    epilogue.store(0, 0, R15);
    epilogue.store(1, 1, R15);
    code.add(RAX, R8);
    code.add(R15, RBP);
    code.decrement(R10);
    code.jumpIfNotZero(row);
  }

  /** Moves a pointer by {@code rows} strides; the count is a constant, so shifted additions do. */
  private static void advance(X64Assembler code, int pointer, int stride, int rows) {
    code.move(RAX, stride);
    for (int bits = rows; bits != 0; bits >>>= 1) {
      if ((bits & 1) != 0) {
        code.add(pointer, RAX);
      }
      code.shiftLeft(RAX, 1);
    }
  }

  private static byte[] configuration(int upper, int lower) {
    byte[] bytes = new byte[CONFIG_BYTES];
    bytes[0] = 1;
    int[] rows = {upper, upper, lower, lower, upper, lower, TILE, TILE};
    for (int tile = 0; tile < rows.length; tile++) {
      if (rows[tile] > 0) {
        bytes[CONFIG_COLUMNS + 2 * tile] = CONFIG_BYTES;
        bytes[CONFIG_ROWS + tile] = (byte) rows[tile];
      }
    }
    return bytes;
  }
}
