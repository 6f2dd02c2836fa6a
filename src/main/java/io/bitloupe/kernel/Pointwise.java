package io.bitloupe.kernel;

/** Passes over codes and accumulators element by element. Stateless and safe for use by several threads. */
public interface Pointwise {

  /**
   * Requantizes rows of accumulators: column j of a row is channel j.
   *
   * @param accumulators row-major
   * @param offset index of the first accumulator
   * @param rows number of rows
   * @param epilogue bias and requantizer, which give the number of columns; rows have no gaps
   * @param codes receives the codes, without gaps
   * @param codeOffset index of the first code
   */
  void requantize(int[] accumulators, int offset, int rows, Epilogue epilogue, byte[] codes, int codeOffset);

  /** Adds two runs of codes. */
  void add(AddRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] sum, int offset, int length);

  /** Adds one code of the second operand to a run of the first. */
  void addScalar(AddRule rule, byte[] a, int aOffset, int b, byte[] sum, int offset, int length);

  /** Multiplies two runs of codes. */
  void multiply(MultiplyRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] product, int offset, int length);

  /** Multiplies a run of codes of the first operand by one of the second. */
  void multiplyScalar(MultiplyRule rule, byte[] a, int aOffset, int b, byte[] product, int offset, int length);

  /** Replaces each code, read as an unsigned byte, by the table's entry. */
  void lookUp(byte[] table, byte[] in, int inOffset, byte[] out, int outOffset, int length);

  /** {@code maximum[i] = max(maximum[i], codes[i])}. */
  void maximum(byte[] maximum, int maximumOffset, byte[] codes, int offset, int length, boolean signed);

  /** {@code sums[i] += codes[i]}. */
  void accumulate(int[] sums, byte[] codes, int offset, int length, boolean signed);

  /** {@code sums[i] += scale * (codes[i] - zeroPoint)}, in float32 and in this order. */
  void accumulate(float[] sums, float scale, int zeroPoint, byte[] codes, int offset, int length, boolean signed);

  /**
   * Quantizes real numbers: {@code clamp(rint(r / scale) + zeroPoint)} in float32, half to even, as QuantizeLinear does; what is
   * not a number becomes the code nearest to the zero-point.
   *
   * @param codes receives one byte for each number, signed or unsigned as the bounds are
   */
  default void quantize(
      float[] reals, int from, float scale, int zeroPoint, int quantMin, int quantMax, byte[] codes, int offset, int length) {
    float least = (float) (quantMin - zeroPoint);
    float greatest = (float) (quantMax - zeroPoint);
    for (int i = 0; i < length; i++) {
      float scaled = reals[from + i] / scale;
      // Clamped before it is rounded, which gives the same code and keeps what is rounded small.
      float clamped = Float.isNaN(scaled) ? Math.clamp(0f, least, greatest) : Math.min(Math.max(scaled, least), greatest);
      codes[offset + i] = (byte) ((int) Math.rint((double) clamped) + zeroPoint);
    }
  }
}
