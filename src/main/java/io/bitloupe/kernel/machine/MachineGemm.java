package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/** Matrix products in machine code. */
final class MachineGemm implements IntegerGemm {

  /** What turns a code of one sign into one of the other, 128 away. */
  static final int SIGN_BIT = 0x80;

  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;

  private final TileEngines engines;
  private final MachineProduct product = new MachineProduct();

  MachineGemm(TileEngines engines) {
    this.engines = engines;
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    return MachineWeights.pack(weights, k, n, weightsSigned, activationsSigned, engines.of(k, weightsSigned, activationsSigned));
  }

  @Override
  public PackedWeights packOnce(byte[] codes, int offset, int k, int n, boolean signed, boolean leftSigned, Scratch scratch) {
    return MachineWeights.packOnce(codes, offset, k, n, signed, leftSigned, engines.of(k, signed, leftSigned), scratch);
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    MachineWeights weights = (MachineWeights) b;
    allRows(a, aOffset, aStride, m, weights, new AccumulatorTarget(weights, c, cOffset, cStride, scratch), scratch);
    if (!weights.engine().takesActivations(weights.activationsSigned())) {
      addToColumns(c, cOffset, cStride, m, weights);
    }
    if (!weights.engine().takesWeights(weights.weightsSigned())) {
      addToRows(a, aOffset, aStride, m, weights, c, cOffset, cStride);
    }
  }

  @Override
  public void multiplyToCodes(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, Epilogue epilogue, Pointwise pointwise, byte[] codes,
      int codeOffset, Scratch scratch) {
    MachineWeights weights = (MachineWeights) b;
    if (weights.engine().takesActivations(weights.activationsSigned())
        && weights.engine().takesWeights(weights.weightsSigned())
        && epilogue.requantizer() instanceof FloatScaleRequantizer requantizer) {
      MemorySegment constants = constants(epilogue, requantizer);
      allRows(a, aOffset, aStride, m, weights, new CodeTarget(weights, codes, codeOffset, constants, scratch), scratch);
    } else {
      IntegerGemm.super.multiplyToCodes(a, aOffset, aStride, m, b, epilogue, pointwise, codes, codeOffset, scratch);
    }
  }

  /** The constants of an epilogue in panels. */
  static MemorySegment constants(Epilogue epilogue, FloatScaleRequantizer requantizer) {
    return epilogue.laidOut(() -> FusedConstants.of(epilogue, requantizer, 1, COLUMNS, column -> column));
  }

  private void allRows(
      byte[] a, int aOffset, int aStride, int m, MachineWeights weights, Target target, Scratch scratch) {
    product.run(RowGeometry.matrix(m, aStride, weights.k()), a, aOffset, weights, target, scratch);
  }

  /** Signed activations were read 128 too high: takes 128 times the column sums away. */
  private void addToColumns(int[] c, int cOffset, int cStride, int m, MachineWeights weights) {
    int[] sums = weights.columnSums();
    boolean shifted = !weights.engine().takesWeights(weights.weightsSigned());
    for (int column = 0; column < weights.n(); column++) {
      int packedSum = shifted ? sums[column] - SIGN_BIT * weights.k() : sums[column];
      for (int row = 0; row < m; row++) {
        c[cOffset + row * cStride + column] -= SIGN_BIT * packedSum;
      }
    }
  }

  /** Unsigned weights were packed 128 too low: adds 128 times the row sums. */
  private static void addToRows(
      byte[] a, int aOffset, int aStride, int m, MachineWeights weights, int[] c, int cOffset, int cStride) {
    for (int row = 0; row < m; row++) {
      int sum = 0;
      for (int i = 0; i < weights.k(); i++) {
        byte code = a[aOffset + row * aStride + i];
        sum += weights.activationsSigned() ? code : Byte.toUnsignedInt(code);
      }
      for (int column = 0; column < weights.n(); column++) {
        c[cOffset + row * cStride + column] += SIGN_BIT * sum;
      }
    }
  }
}
