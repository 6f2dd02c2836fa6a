package io.bitloupe.kernel.machine;

/**
 * Emits what turns accumulators into codes under FLOAT_SCALE: {@code clamp(rint((float) (acc + bias) * scale)) + zeroPoint}. The
 * constants of a panel stand in memory as five rows of ints, one column for each column of the panel.
 */
final class FusedEpilogue {

  /** Rows of constants: bias, scale, least value, greatest value, zero-point. */
  static final int ROWS = 5;

  private static final int VECTOR_BYTES = 64;
  private static final int CODE_BYTES = 16;

  private final X64Assembler code;
  private final int firstRegister;
  private final int vectors;

  /** Keeps the constants in registers from {@code firstRegister} on, {@code ROWS * vectors} of them. */
  FusedEpilogue(X64Assembler code, int firstRegister, int vectors) {
    this.code = code;
    this.firstRegister = firstRegister;
    this.vectors = vectors;
  }

  /** Loads the constants from the address in {@code base}. */
  void loadConstants(int base) {
    for (int row = 0; row < ROWS; row++) {
      for (int v = 0; v < vectors; v++) {
        code.vload(constant(row, v), base, (row * vectors + v) * VECTOR_BYTES);
      }
    }
  }

  /** Turns the accumulators in {@code zmm}, columns of vector {@code v}, into codes at the address in {@code out}. */
  void store(int zmm, int v, int out) {
    code.vaddInts(zmm, zmm, constant(0, v));
    code.vintsToFloats(zmm, zmm);
    code.vmulFloats(zmm, zmm, constant(1, v));
    code.vmaxFloats(zmm, zmm, constant(2, v));
    code.vminFloats(zmm, zmm, constant(3, v));
    code.vfloatsToInts(zmm, zmm);
    code.vaddInts(zmm, zmm, constant(4, v));
    code.vstoreLowBytes(out, v * CODE_BYTES, zmm);
  }

  private int constant(int row, int v) {
    return firstRegister + row * vectors + v;
  }
}
