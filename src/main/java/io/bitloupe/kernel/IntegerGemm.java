package io.bitloupe.kernel;

import io.bitloupe.quant.IntegerFormat;
import java.util.Arrays;

/**
 * Multiplies matrices of 8-bit codes: {@code C[m][n] = sum over k of A[m][k] * B[k][n]}, exactly, as long as every sum fits in
 * an int ({@link AccumulatorBound}); beyond that the result is right modulo 2^32. Zero-points are none of its business: the
 * caller corrects for them with row and column sums, outside the inner loop. Stateless and safe for use by several threads.
 */
public interface IntegerGemm {

  /**
   * Prepares the right-hand matrix once for many products.
   *
   * @param weights codes of B, row-major K x N, signed or unsigned bytes
   * @param k rows of B
   * @param n columns of B
   * @param weightsSigned whether the bytes of B are signed
   * @param activationsSigned whether the bytes of every A that it will be multiplied with are signed
   */
  PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned);

  /**
   * Prepares the right-hand matrix for left-hand ones whose codes are known to be those of a format, padding included. Kernels
   * for narrow formats replace this.
   *
   * @param weights codes of B, row-major K x N, signed or unsigned bytes
   * @param k rows of B
   * @param n columns of B
   * @param weightsSigned whether the bytes of B are signed
   * @param activations format of the codes of every A that it will be multiplied with, at most 8 bits wide
   */
  default PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, IntegerFormat activations) {
    return pack(weights, k, n, weightsSigned, activations.signed());
  }

  /**
   * Prepares a right-hand matrix for one product, the next one on this thread.
   *
   * @param codes codes of B, row-major K x N
   * @param offset index of B's first code
   * @param k rows of B
   * @param n columns of B
   * @param signed whether the bytes of B are signed
   * @param leftSigned whether the bytes of A are signed
   * @param scratch temporary memory of the calling thread, which the result may use
   */
  default PackedWeights packOnce(
      byte[] codes, int offset, int k, int n, boolean signed, boolean leftSigned, Scratch scratch) {
    return pack(Arrays.copyOfRange(codes, offset, offset + k * n), k, n, signed, leftSigned);
  }

  /** One phrase on what multiplies {@code m} rows by packed weights, where that is not the same for all. */
  default String description(PackedWeights b, int m) {
    return "8-bit codes";
  }

  /**
   * Multiplies. Nothing outside the m x n block of {@code c} is written.
   *
   * @param a codes of A, row-major
   * @param aOffset index of A's first code
   * @param aStride distance between rows of A, at least K
   * @param m rows of A and C
   * @param b the packed right-hand matrix
   * @param c accumulators, row-major
   * @param cOffset index of C's first accumulator
   * @param cStride distance between rows of C, at least N
   * @param scratch temporary memory of the calling thread
   */
  void multiply(byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch);

  /**
   * Multiplies and requantizes. Kernels that can do both in one pass over the accumulators replace this.
   *
   * @param a codes of A, row-major
   * @param aOffset index of A's first code
   * @param aStride distance between rows of A, at least K
   * @param m rows of A
   * @param b the packed right-hand matrix
   * @param epilogue bias and requantizer for each of the N columns
   * @param pointwise what requantizes where it is a pass of its own
   * @param codes receives m x N codes without gaps
   * @param codeOffset index of the first code
   * @param scratch temporary memory of the calling thread
   */
  default void multiplyToCodes(
      byte[] a,
      int aOffset,
      int aStride,
      int m,
      PackedWeights b,
      Epilogue epilogue,
      Pointwise pointwise,
      byte[] codes,
      int codeOffset,
      Scratch scratch) {
    int[] accumulators = scratch.accumulators(Math.multiplyExact(m, b.n()));
    multiply(a, aOffset, aStride, m, b, accumulators, 0, b.n(), scratch);
    pointwise.requantize(accumulators, 0, m, epilogue, codes, codeOffset);
  }
}
