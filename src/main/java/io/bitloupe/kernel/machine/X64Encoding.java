package io.bitloupe.kernel.machine;

import java.io.ByteArrayOutputStream;

/** How x86-64 instructions become bytes: prefixes, registers and addresses, as in the Intel 64 Software Developer's Manual, volume 2. */
class X64Encoding {

  static final int RSP = 4;

  static final int VECTOR_BYTES = 64;
  static final int MAP_0F = 1;
  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;
  static final int NO_PREFIX = 0;
  static final int PREFIX_66 = 1;
  static final int PREFIX_F3 = 2;
  static final int PREFIX_F2 = 3;
  static final int QUARTER = 0x00;
  static final int HALF = 0x20;
  static final int FULL = 0x40;
  static final int ZEROING = 0x80;
  static final int WIDE = 0x100;

  private final ByteArrayOutputStream code = new ByteArrayOutputStream();

  byte[] toByteArray() {
    return code.toByteArray();
  }

  /** The position of the next instruction, for jumps. */
  int label() {
    return code.size();
  }

  /** Data that {@link X64Assembler#addressOf} finds; it must not be reached by execution. */
  int data(byte[] bytes) {
    int label = code.size();
    code.writeBytes(bytes);
    return label;
  }

  void rexW(int reg, int index, int base) {
    emit(0x48 | (reg > 7 ? 4 : 0) | (index > 7 ? 2 : 0) | (base > 7 ? 1 : 0));
  }

  void vex(int map, int prefix, int reg, int second, int index, int base) {
    emit(0xC4);
    emit((reg > 7 ? 0 : 0x80) | (index > 7 ? 0 : 0x40) | (base > 7 ? 0 : 0x20) | map);
    emit((~second & 0xF) << 3 | prefix);
  }

  void arithmetic(int map, int prefix, int opcode, int reg, int second, int rm) {
    evexBytes(map, prefix, reg, second, (rm & 16) != 0, (rm & 8) != 0, FULL);
    emit(opcode, modRegister(reg, rm));
  }

  void wide(int map, int opcode, int reg, int second, int rm) {
    evexBytes(map, PREFIX_66, reg, second, (rm & 16) != 0, (rm & 8) != 0, FULL | WIDE);
    emit(opcode, modRegister(reg, rm));
  }

  void evexMemory(
      int map, int prefix, int reg, int second, int base, int opcode, int displacement, int elementBytes, int form) {
    evexBytes(map, prefix, reg, second, false, base > 7, form);
    emit(opcode);
    if ((base & 7) == RSP) {
      throw new IllegalArgumentException("rsp and r12 need an index byte");
    }
    if (displacement % elementBytes == 0 && displacement / elementBytes == (byte) (displacement / elementBytes)) {
      emit(0x40 | (reg & 7) << 3 | base & 7, displacement / elementBytes);
    } else {
      emit(0x80 | (reg & 7) << 3 | base & 7);
      emit32(displacement);
    }
  }

  /** The prefix; {@code form} adds up length, mask register, {@link #ZEROING} and {@link #WIDE}. */
  void evexBytes(int map, int prefix, int reg, int second, boolean x, boolean b, int form) {
    emit(0x62);
    emit(((reg & 8) != 0 ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | ((reg & 16) != 0 ? 0 : 0x10) | map);
    emit(((form & WIDE) != 0 ? 0x80 : 0) | (~second & 0xF) << 3 | 0x04 | prefix);
    emit(form & 0xE7 | ((second & 16) != 0 ? 0 : 0x08));
  }

  static int modRegister(int reg, int rm) {
    return 0xC0 | (reg & 7) << 3 | rm & 7;
  }

  void memory(int reg, int base, int displacement) {
    emit(0x80 | (reg & 7) << 3 | base & 7);
    if ((base & 7) == RSP) {
      emit(0x24);
    }
    emit32(displacement);
  }

  void indexed(int reg, int base, int index) {
    emit(0x44 | (reg & 7) << 3, (index & 7) << 3 | base & 7, 0);
  }

  void emit(int... bytes) {
    for (int value : bytes) {
      code.write(value);
    }
  }

  void emit32(int value) {
    emit(value, value >> 8, value >> 16, value >> 24);
  }
}
