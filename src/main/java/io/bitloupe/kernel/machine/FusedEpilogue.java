package io.bitloupe.kernel.machine;

/**
 * Emits what turns accumulators into codes under FLOAT_SCALE, the bias being in them already: scale, round, narrow to 16 bits
 * with saturation, add the zero-point, narrow to 8 bits with saturation, clamp. Saturation only ever meets values that the clamp
 * would bring to the same code. Codes are computed as unsigned bytes; those of a signed container get their top bit flipped.
 * What is the same for all columns stands in memory as rows of 64 bytes, see {@link FusedConstants}.
 */
final class FusedEpilogue {

  /** Registers that it keeps: bound, zero-point, least and greatest code, flip, order, and the scales. */
  static final int COMMON_REGISTERS = 6;

  private static final int VECTOR_BYTES = 64;

  private final X64Assembler code;
  private final int first;
  private final Narrowing narrowing;

  /** Keeps its constants in registers from {@code firstRegister} on: {@link #COMMON_REGISTERS}, then one for each vector of scales. */
  FusedEpilogue(X64Assembler code, int firstRegister, Narrowing narrowing) {
    this.code = code;
    this.first = firstRegister;
    this.narrowing = narrowing;
  }

  /** Loads what is the same for all columns from the address in {@code base}. */
  void loadCommon(int base) {
    for (int row = 0; row < COMMON_REGISTERS; row++) {
      code.vload(first + row, base, row * VECTOR_BYTES);
    }
  }

  /** Loads {@code vectors} vectors of scales. */
  void loadScales(int base, int displacement, int vectors) {
    for (int v = 0; v < vectors; v++) {
      code.vload(scale(v), base, displacement + v * VECTOR_BYTES);
    }
  }

  /** The register that holds vector {@code v} of the scales. */
  int scale(int v) {
    return first + COMMON_REGISTERS + v;
  }

  /**
   * Narrows four vectors of accumulators to 64 codes in the first of them, those of the first vector lowest. Vectors may repeat
   * where fewer matter.
   *
   * @param sums registers of the accumulators; lost
   * @param scales number of the vector of scales for each
   */
  void narrow(int[] sums, int[] scales) {
    narrowWithinLanes(sums, scales);
    order(sums[0]);
  }

  /** As {@link #narrow}, but lane by lane: four codes of each vector in each lane of 128 bits. */
  void narrowWithinLanes(int[] sums, int[] scales) {
    for (int i = 0; i < sums.length; i++) {
      code.vintsToFloats(sums[i], sums[i]);
    }
    for (int i = 0; i < sums.length; i++) {
      code.vmulFloats(sums[i], sums[i], scale(scales[i]));
    }
    narrowFloats(sums);
  }

  /** Puts 64 codes that were narrowed lane by lane in the order of their vectors. */
  void order(int codes) {
    code.vpermuteInts(codes, first + 5, codes);
  }

  /** Narrows four vectors of scaled sums, lane by lane. */
  void narrowFloats(int[] sums) {
    for (int i = 0; i < sums.length && narrowing == Narrowing.CLAMPED; i++) {
      code.vminFloats(sums[i], sums[i], first);
    }
    for (int i = 0; i < sums.length; i++) {
      code.vfloatsToInts(sums[i], sums[i]);
    }
    narrowInts(sums);
  }

  /** Narrows four vectors of scaled and rounded sums, lane by lane. */
  void narrowInts(int[] sums) {
    int pairs = sums.length / 2;
    for (int pair = 0; pair < pairs; pair++) {
      code.vpackInts(sums[2 * pair], sums[2 * pair], sums[2 * pair + 1]);
      code.vaddShortsSaturating(sums[2 * pair], sums[2 * pair], first + 1);
    }
    code.vpackShorts(sums[0], sums[0], sums[2 * (pairs - 1)]);
    if (narrowing == Narrowing.CLAMPED) {
      code.vmaxUnsignedBytes(sums[0], sums[0], first + 2);
      code.vminUnsignedBytes(sums[0], sums[0], first + 3);
      code.vxor(sums[0], sums[0], first + 4);
    }
  }
}
