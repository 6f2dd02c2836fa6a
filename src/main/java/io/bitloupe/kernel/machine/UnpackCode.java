package io.bitloupe.kernel.machine;

import static io.bitloupe.kernel.machine.X64Assembler.R9;
import static io.bitloupe.kernel.machine.X64Assembler.RAX;
import static io.bitloupe.kernel.machine.X64Assembler.RCX;
import static io.bitloupe.kernel.machine.X64Assembler.RDI;
import static io.bitloupe.kernel.machine.X64Assembler.RSI;

import java.lang.foreign.MemorySegment;

/**
 * Takes a panel of weights of 4 bits apart into bytes, in the order in which an instruction set reads them: what products of more
 * rows than {@link NibbleCode} takes multiply. One panel stays in the first-level cache until all rows have met it.
 */
final class UnpackCode {

  private static final int BLOCKS = 0;
  private static final int PARAMETERS = 1;
  private static final int VECTOR_BYTES = 64;
  private static final int LANES = 16;
  private static final int PAIRS = 8;
  private static final int BITS = 4;
  private static final int LOW = 0;
  private static final int HIGH = 1;
  private static final int NIBBLES = 2;
  private static final int OFFSET = 3;
  private static final int EACH_BYTE = 0x0101_0101;

  /**
   * A kind of panel.
   *
   * @param vectors vectors of 16 columns, 1 or 2
   * @param offset what was added to each weight
   */
  record Key(int vectors, int offset) {}

  private final NativeCode code;

  private UnpackCode(X64Assembler code) {
    this.code = new NativeCode(code, 0, PARAMETERS);
  }

  /** Emits the code for panels that {@code layout} orders. */
  static UnpackCode emit(Key key, MachineWeights.Layout layout) {
    X64Assembler code = new X64Assembler();
    code.loadImmediate(RAX, NibbleCode.GREATEST * EACH_BYTE);
    code.vbroadcastRegister(NIBBLES, RAX);
    code.loadImmediate(RAX, key.offset() * EACH_BYTE);
    code.vbroadcastRegister(OFFSET, RAX);
    code.load64(RCX, R9, NativeCode.offset(BLOCKS));
    int nextBlock = code.label();
    for (int vector = 0; vector < key.vectors(); vector++) {
      for (int pair = 0; pair < PAIRS; pair++) {
        code.vload(LOW, RDI, (vector * PAIRS + pair) * VECTOR_BYTES);
        code.vshiftRightShorts(HIGH, LOW, BITS);
        for (int half = LOW; half <= HIGH; half++) {
          code.vand(half, half, NIBBLES);
          code.vsubBytes(half, half, OFFSET);
          code.vstore(RSI, layout.offset(2 * pair + half, vector * LANES, key.vectors()), half);
        }
      }
    }
    code.addImmediate(RDI, key.vectors() * PAIRS * VECTOR_BYTES);
    code.addImmediate(RSI, 2 * key.vectors() * PAIRS * VECTOR_BYTES);
    code.decrement(RCX);
    code.jumpIfNotZero(nextBlock);
    code.vzeroupper();
    code.ret();
    return new UnpackCode(code);
  }

  /** Unpacks {@code blocks} blocks of 64 rows. */
  void run(MemorySegment nibbles, MemorySegment codes, int blocks) {
    code.call(nibbles, codes, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, new long[] {blocks});
  }
}
