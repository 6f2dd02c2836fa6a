package io.bitloupe.quant;

/**
 * The codes of a uniform integer format. Codes of 1 to 8 bits live in 8-bit containers, wider ones in 16-bit containers.
 *
 * @param bits 1 to 16
 * @param signed whether the container is signed
 * @param scheme symmetric signed formats leave out the most negative code; with 1 bit they are the codes -1 and +1
 */
public record IntegerFormat(int bits, boolean signed, Scheme scheme) {

  /** Refuses widths outside 1 to 16. */
  public IntegerFormat {
    if (bits < 1 || bits > 16) {
      throw new IllegalArgumentException("an integer format of " + bits + " bits");
    }
  }

  /** The signed format of weights: symmetric unless said otherwise. */
  public static IntegerFormat weights(int bits) {
    return new IntegerFormat(bits, true, Scheme.SYMMETRIC);
  }

  /** The unsigned, asymmetric format of activations. */
  public static IntegerFormat activations(int bits) {
    return new IntegerFormat(bits, false, Scheme.ASYMMETRIC);
  }

  /** The least code. */
  public int quantMin() {
    if (!signed) {
      return 0;
    }
    if (isBinary()) {
      return -1;
    }
    return scheme == Scheme.SYMMETRIC ? -quantMax() : -(1 << (bits - 1));
  }

  /** The greatest code. */
  public int quantMax() {
    if (!signed) {
      return (1 << bits) - 1;
    }
    return isBinary() ? 1 : (1 << (bits - 1)) - 1;
  }

  /** Number of codes. */
  public int codes() {
    return isBinary() ? 2 : quantMax() - quantMin() + 1;
  }

  /** Whether the codes are -1 and +1, with no code for 0. */
  public boolean isBinary() {
    return bits == 1 && signed && scheme == Scheme.SYMMETRIC;
  }

  /** Width of the container in bits: 8 or 16. */
  public int containerBits() {
    return bits <= 8 ? 8 : 16;
  }
}
