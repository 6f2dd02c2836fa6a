package io.bitloupe.kernel.machine;

/**
 * Emits the few x86-64 instructions that the kernels need. Registers are given by number: general ones 0 (rax) to 15, vectors
 * zmm0 to zmm31, tiles tmm0 to tmm7.
 */
final class X64Assembler extends X64Encoding {

  static final int RAX = 0;
  static final int RCX = 1;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;
  static final int R8 = 8;
  static final int R9 = 9;
  static final int R10 = 10;
  static final int R11 = 11;
  static final int R12 = 12;
  static final int R13 = 13;
  static final int R14 = 14;
  static final int R15 = 15;

  // --- general registers ---

  void move(int destination, int source) {
    rexW(source, 0, destination);
    emit(0x89, modRegister(source, destination));
  }

  void load64(int destination, int base, int displacement) {
    rexW(destination, 0, base);
    emit(0x8B);
    memory(destination, base, displacement);
  }

  void store64(int base, int displacement, int source) {
    rexW(source, 0, base);
    emit(0x89);
    memory(source, base, displacement);
  }

  /** Adds 64 bits of memory to a register. */
  void addMemory(int destination, int base, int displacement) {
    rexW(destination, 0, base);
    emit(0x03);
    memory(destination, base, displacement);
  }

  /** Sets the zero flag when the 64 bits of memory become 0. */
  void decrementMemory(int base, int displacement) {
    rexW(0, 0, base);
    emit(0xFF);
    memory(1, base, displacement);
  }

  void loadImmediate(int destination, int value) {
    rexW(0, 0, destination);
    emit(0xC7, modRegister(0, destination));
    emit32(value);
  }

  void add(int destination, int source) {
    rexW(source, 0, destination);
    emit(0x01, modRegister(source, destination));
  }

  void addImmediate(int destination, int value) {
    rexW(0, 0, destination);
    emit(0x81, modRegister(0, destination));
    emit32(value);
  }

  void shiftLeft(int destination, int bits) {
    rexW(0, 0, destination);
    emit(0xC1, modRegister(4, destination), bits);
  }

  /** Sets the zero flag when the register becomes 0. */
  void decrement(int register) {
    rexW(0, 0, register);
    emit(0xFF, modRegister(1, register));
  }

  void jumpIfNotZero(int label) {
    emit(0x0F, 0x85);
    emit32(label - (label() + Integer.BYTES));
  }

  void push(int register) {
    if (register > 7) {
      emit(0x41);
    }
    emit(0x50 + (register & 7));
  }

  void pop(int register) {
    if (register > 7) {
      emit(0x41);
    }
    emit(0x58 + (register & 7));
  }

  void cpuid() {
    emit(0x0F, 0xA2);
  }

  /** Reads the extended control register that ecx names into edx:eax. */
  void xgetbv() {
    emit(0x0F, 0x01, 0xD0);
  }

  void store32(int base, int displacement, int source) {
    if (source > 7 || base > 7) {
      emit(0x40 | (source > 7 ? 4 : 0) | (base > 7 ? 1 : 0));
    }
    emit(0x89);
    memory(source, base, displacement);
  }

  void ret() {
    emit(0xC3);
  }

  /** The address of {@code label}, which lies before this instruction. */
  void addressOf(int destination, int label) {
    rexW(destination, 0, 0);
    emit(0x8D, 0x05 | (destination & 7) << 3);
    emit32(label - (label() + Integer.BYTES));
  }

  // --- AVX-512 ---

  void vzero(int zmm) {
    arithmetic(MAP_0F, PREFIX_66, 0xEF, zmm, zmm, zmm);
  }

  void vload(int zmm, int base, int displacement) {
    evexMemory(MAP_0F, PREFIX_F3, zmm, 0, base, 0x6F, displacement, VECTOR_BYTES, FULL);
  }

  void vstore(int base, int displacement, int zmm) {
    evexMemory(MAP_0F, PREFIX_F3, zmm, 0, base, 0x7F, displacement, VECTOR_BYTES, FULL);
  }

  /** Loads the bytes that {@code mask} names, zeros elsewhere; bytes that it leaves out are not touched. */
  void vloadBytes(int zmm, int base, int displacement, int mask) {
    evexMemory(MAP_0F, PREFIX_F2, zmm, 0, base, 0x6F, displacement, VECTOR_BYTES, FULL | mask | ZEROING);
  }

  /** Stores those of the first {@code bytes} bytes, 16, 32 or 64, that {@code mask} names; no others are touched. */
  void vstoreBytes(int base, int displacement, int zmm, int bytes, int mask) {
    int length = bytes == VECTOR_BYTES ? FULL : bytes == VECTOR_BYTES / 2 ? HALF : QUARTER;
    evexMemory(MAP_0F, PREFIX_F2, zmm, 0, base, 0x7F, displacement, bytes, length | mask);
  }

  /** Copies the low bits of a general register to a mask register, k1 to k7. */
  void maskFrom(int mask, int source) {
    emit(0xC4, (source > 7 ? 0xC0 : 0xE0) | MAP_0F, 0xFB, 0x92, modRegister(mask, source));
  }

  void vaddInts(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xFE, destination, first, second);
  }

  void vsubInts(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xFA, destination, first, second);
  }

  void vsubBytes(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xF8, destination, first, second);
  }

  void vand(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xDB, destination, first, second);
  }

  void vor(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xEB, destination, first, second);
  }

  void vaddLongs(int destination, int first, int second) {
    wide(MAP_0F, 0xD4, destination, first, second);
  }

  void vsubLongs(int destination, int first, int second) {
    wide(MAP_0F, 0xFB, destination, first, second);
  }

  void vmaxLongs(int destination, int first, int second) {
    wide(MAP_0F38, 0x3D, destination, first, second);
  }

  void vminLongs(int destination, int first, int second) {
    wide(MAP_0F38, 0x39, destination, first, second);
  }

  /** Multiplies the low halves of 64-bit lanes, with sign. */
  void vmultiplyLowHalves(int destination, int first, int second) {
    wide(MAP_0F38, 0x28, destination, first, second);
  }

  /** Shifts 64-bit lanes right, each by its own count, keeping the sign. */
  void vshiftRightLongsEach(int destination, int source, int counts) {
    wide(MAP_0F38, 0x46, destination, source, counts);
  }

  /** Shifts 64-bit lanes right, filling up with zeros. */
  void vshiftRightLongs(int destination, int source, int bits) {
    wide(MAP_0F, 0x73, 2, destination, source);
    emit(bits);
  }

  void vshiftLeftLongs(int destination, int source, int bits) {
    wide(MAP_0F, 0x73, 6, destination, source);
    emit(bits);
  }

  /** Shifts each 16-bit lane right, filling up with zeros. */
  void vshiftRightShorts(int destination, int source, int bits) {
    arithmetic(MAP_0F, PREFIX_66, 0x71, 2, destination, source);
    emit(bits);
  }

  /** Copies the low 32 bits of a general register to all lanes. */
  void vbroadcastRegister(int zmm, int source) {
    arithmetic(MAP_0F38, PREFIX_66, 0x7C, zmm, 0, source);
  }

  void vmulFloats(int destination, int first, int second) {
    arithmetic(MAP_0F, NO_PREFIX, 0x59, destination, first, second);
  }

  void vdivFloats(int destination, int first, int second) {
    arithmetic(MAP_0F, NO_PREFIX, 0x5E, destination, first, second);
  }

  void vmaxFloats(int destination, int first, int second) {
    arithmetic(MAP_0F, NO_PREFIX, 0x5F, destination, first, second);
  }

  void vminFloats(int destination, int first, int second) {
    arithmetic(MAP_0F, NO_PREFIX, 0x5D, destination, first, second);
  }

  /** {@code destination = destination * factor + addend}, rounded once. */
  void vfmaFloats(int destination, int factor, int addend) {
    arithmetic(MAP_0F38, PREFIX_66, 0xA8, destination, factor, addend);
  }

  /** Rounds as the control register says, which is half to even unless somebody changed it. */
  void vintsToFloats(int destination, int source) {
    arithmetic(MAP_0F, NO_PREFIX, 0x5B, destination, 0, source);
  }

  /** Rounds as the control register says, which is half to even unless somebody changed it. */
  void vfloatsToInts(int destination, int source) {
    arithmetic(MAP_0F, PREFIX_66, 0x5B, destination, 0, source);
  }

  /** Narrows ints to shorts with saturation, within lanes of 128 bits: four of the first, then four of the second. */
  void vpackInts(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0x6B, destination, first, second);
  }

  /** Narrows shorts to unsigned bytes with saturation, within lanes of 128 bits. */
  void vpackShorts(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0x67, destination, first, second);
  }

  void vaddShortsSaturating(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xED, destination, first, second);
  }

  void vmaxUnsignedBytes(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xDE, destination, first, second);
  }

  void vminUnsignedBytes(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xDA, destination, first, second);
  }

  void vxor(int destination, int first, int second) {
    arithmetic(MAP_0F, PREFIX_66, 0xEF, destination, first, second);
  }

  /** Interleaves the low (or high) halves of the lanes of 128 bits, byte by byte. */
  void vinterleaveBytes(int destination, int first, int second, boolean high) {
    arithmetic(MAP_0F, PREFIX_66, high ? 0x68 : 0x60, destination, first, second);
  }

  /** Interleaves the low (or high) halves of the lanes of 128 bits, pair of bytes by pair of bytes. */
  void vinterleaveShorts(int destination, int first, int second, boolean high) {
    arithmetic(MAP_0F, PREFIX_66, high ? 0x69 : 0x61, destination, first, second);
  }

  /** {@code destination[i] = source[indices[i]]} for ints. */
  void vpermuteInts(int destination, int indices, int source) {
    arithmetic(MAP_0F38, PREFIX_66, 0x36, destination, indices, source);
  }

  /** Copies 128-bit lane {@code lane} of a vector to the low end of another. */
  void vextractLane(int destination, int source, int lane) {
    evexBytes(MAP_0F3A, PREFIX_66, source, 0, (destination & 16) != 0, (destination & 8) != 0, FULL);
    emit(0x39, modRegister(source, destination), lane);
  }

  /** Copies half {@code half} of a vector to the low end of another. */
  void vextractHalf(int destination, int source, int half) {
    evexBytes(MAP_0F3A, PREFIX_66, source, 0, (destination & 16) != 0, (destination & 8) != 0, FULL | WIDE);
    emit(0x3B, modRegister(source, destination), half);
  }

  /** Widens the 16 bytes at the address to ints. */
  void vwidenBytes(int zmm, int base, int displacement, boolean signed) {
    evexMemory(MAP_0F38, PREFIX_66, zmm, 0, base, signed ? 0x21 : 0x31, displacement, 16, FULL);
  }

  /** Puts zeros in place of floats that are not numbers; uses {@code mask}. */
  void vzeroNotNumbers(int zmm, int mask) {
    arithmetic(MAP_0F, NO_PREFIX, 0xC2, mask, zmm, zmm);
    emit(0x07);
    evexBytes(MAP_0F, PREFIX_66, zmm, 0, (zmm & 16) != 0, (zmm & 8) != 0, FULL | mask | ZEROING);
    emit(0x6F, modRegister(zmm, zmm));
  }

  /** Copies the 32 bits at the address to all lanes. */
  void vbroadcast32(int zmm, int base, int displacement) {
    evexMemory(MAP_0F38, PREFIX_66, zmm, 0, base, 0x58, displacement, Integer.BYTES, FULL);
  }

  /** Adds to each 32-bit lane the four products of unsigned bytes with signed bytes. */
  void vpdpbusd(int accumulator, int unsigned, int signed) {
    arithmetic(MAP_0F38, PREFIX_66, 0x50, accumulator, unsigned, signed);
  }

  /** The same with the signed bytes in memory. */
  void vpdpbusdMemory(int accumulator, int unsigned, int base, int displacement) {
    evexMemory(MAP_0F38, PREFIX_66, accumulator, unsigned, base, 0x50, displacement, VECTOR_BYTES, FULL);
  }

  void vzeroupper() {
    emit(0xC5, 0xF8, 0x77);
  }

  // --- AMX ---

  void tileConfigure(int base) {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0, base);
    emit(0x49);
    memory(0, base, 0);
  }

  void tileRelease() {
    vex(MAP_0F38, NO_PREFIX, 0, 0, 0, 0);
    emit(0x49, 0xC0);
  }

  void tileZero(int tile) {
    vex(MAP_0F38, PREFIX_F2, tile, 0, 0, 0);
    emit(0x49, modRegister(tile, 0));
  }

  void tileLoad(int tile, int base, int stride) {
    vex(MAP_0F38, PREFIX_F2, tile, 0, stride, base);
    emit(0x4B);
    indexed(tile, base, stride);
  }

  void tileStore(int base, int stride, int tile) {
    vex(MAP_0F38, PREFIX_F3, tile, 0, stride, base);
    emit(0x4B);
    indexed(tile, base, stride);
  }

  /** Adds to each 32-bit element the four products of bytes of the first with bytes of the second. */
  void tileDotProduct(int accumulator, int first, boolean firstSigned, int second, boolean secondSigned) {
    int prefix = firstSigned ? secondSigned ? PREFIX_F2 : PREFIX_F3 : secondSigned ? PREFIX_66 : NO_PREFIX;
    vex(MAP_0F38, prefix, accumulator, second, 0, first);
    emit(0x5E, modRegister(accumulator, first));
  }
}
