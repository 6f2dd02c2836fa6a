package io.bitloupe.quant;

/** Integer codes in their container. The array is shared, not copied: who gets one does not write to it. */
public sealed interface Codes {

  /** Number of codes. */
  int length();

  /** The code at {@code index}, widened by the container's sign. */
  int get(int index);

  /**
   * Codes of 1 to 8 bits.
   *
   * @param values a byte for each code
   * @param signed whether the bytes are signed
   */
  record Bytes(byte[] values, boolean signed) implements Codes {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public int get(int index) {
      return signed ? values[index] : Byte.toUnsignedInt(values[index]);
    }
  }

  /**
   * Codes of 9 to 16 bits.
   *
   * @param values a short for each code
   * @param signed whether the shorts are signed
   */
  record Shorts(short[] values, boolean signed) implements Codes {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public int get(int index) {
      return signed ? values[index] : Short.toUnsignedInt(values[index]);
    }
  }
}
