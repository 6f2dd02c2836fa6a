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
}
