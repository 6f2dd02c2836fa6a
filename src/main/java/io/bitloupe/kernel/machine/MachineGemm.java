package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Matrix products in machine code. Rows of A are read in whole K blocks: what a block reads beyond a row's end meets packed
 * zeros, and rows whose last block would leave the array are copied first. Blocks of rows are kept small enough for the
 * second-level cache while all panels pass over them.
 */
final class MachineGemm implements IntegerGemm {

  private static final int ROW_BLOCK_BYTES = 1 << 19;
  private static final int COLUMNS = MachineWeights.PANEL_COLUMNS;
  private static final int SIGN_BIT = 0x80;

  private final TileEngine engine;

  MachineGemm(TileEngine engine) {
    this.engine = engine;
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    if (engine.takesWeights(weightsSigned)) {
      return MachineWeights.pack(weights, k, n, weightsSigned, activationsSigned, engine.block(), engine.layout());
    }
    byte[] shifted = new byte[weights.length];
    for (int i = 0; i < weights.length; i++) {
      shifted[i] = (byte) (weights[i] ^ SIGN_BIT);
    }
    MachineWeights packed =
        MachineWeights.pack(shifted, k, n, !weightsSigned, activationsSigned, engine.block(), engine.layout());
    return new MachineWeights(
        k, n, PackedWeights.columnSums(weights, k, n, weightsSigned), packed.panels(), packed.panelBytes(), activationsSigned,
        weightsSigned);
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    MachineWeights weights = (MachineWeights) b;
    Target target = new AccumulatorTarget(c, cOffset, cStride, scratch);
    allRows(a, aOffset, aStride, m, weights, target, scratch);
    if (!engine.takesActivations(weights.activationsSigned())) {
      addToColumns(c, cOffset, cStride, m, weights);
    }
    if (!engine.takesWeights(weights.weightsSigned())) {
      addToRows(a, aOffset, aStride, m, weights, c, cOffset, cStride);
    }
  }

  @Override
  public void multiplyToCodes(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, Epilogue epilogue, Pointwise pointwise, byte[] codes,
      int codeOffset, Scratch scratch) {
    MachineWeights weights = (MachineWeights) b;
    if (engine.takesActivations(weights.activationsSigned())
        && engine.takesWeights(weights.weightsSigned())
        && epilogue.requantizer() instanceof FloatScaleRequantizer requantizer) {
      int[] constants = FusedConstants.of(epilogue.bias(), requantizer, scratch);
      allRows(a, aOffset, aStride, m, weights, new CodeTarget(codes, codeOffset, weights.n(), constants, scratch), scratch);
    } else {
      IntegerGemm.super.multiplyToCodes(a, aOffset, aStride, m, b, epilogue, pointwise, codes, codeOffset, scratch);
    }
  }

  private void allRows(
      byte[] a, int aOffset, int aStride, int m, MachineWeights weights, Target target, Scratch scratch) {
    boolean direct = engine.takesActivations(weights.activationsSigned());
    int paddedK = weights.panelBytes() / COLUMNS;
    int inside = direct ? rowsInside(a.length, aOffset, aStride, m, paddedK) : 0;
    products(a, aOffset, aStride, 0, inside, weights, target);
    int copyRows = Math.max(engine.maxRows(), ROW_BLOCK_BYTES / paddedK);
    for (int first = inside; first < m; first += copyRows) {
      int rows = Math.min(copyRows, m - first);
      byte[] copy = scratch.copy(rows * paddedK);
      copyRows(a, aOffset + first * aStride, aStride, rows, weights.k(), paddedK, direct ? 0 : SIGN_BIT, copy);
      products(copy, 0, paddedK, first, rows, weights, target);
    }
  }

  /** How many leading rows can be read in whole blocks without leaving the array. */
  private static int rowsInside(int length, int aOffset, int aStride, int m, int paddedK) {
    int room = length - aOffset - paddedK;
    return room < 0 ? 0 : Math.min(m, room / aStride + 1);
  }

  private static void copyRows(
      byte[] a, int aOffset, int aStride, int rows, int k, int paddedK, int flip, byte[] copy) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(a, aOffset + row * aStride, copy, row * paddedK, k);
      if (flip != 0) {
        for (int i = row * paddedK; i < row * paddedK + k; i++) {
          copy[i] ^= (byte) flip;
        }
      }
    }
  }

  /** Rows {@code firstRow} on of the product, from {@code rows} rows of A that may be read in whole blocks. */
  private void products(byte[] a, int aOffset, int aStride, int firstRow, int rows, MachineWeights weights, Target target) {
    int paddedK = weights.panelBytes() / COLUMNS;
    int blockRows = Math.max(1, ROW_BLOCK_BYTES / paddedK / engine.maxRows()) * engine.maxRows();
    for (int first = 0; first < rows; first += blockRows) {
      int count = Math.min(blockRows, rows - first);
      for (int panel = 0; panel < weights.panelCount(); panel++) {
        int columns = Math.min(COLUMNS, weights.n() - panel * COLUMNS);
        target.open(firstRow + first, count, panel * COLUMNS, columns);
        tiles(a, aOffset + first * aStride, aStride, count, weights, panel, target);
        target.close();
      }
    }
  }

  private void tiles(
      byte[] a, int aOffset, int aStride, int rows, MachineWeights weights, int panel, Target target) {
    int whole = rows / engine.maxRows();
    if (whole > 0) {
      run(engine.maxRows(), whole, 0, a, aOffset, aStride, weights, panel, target);
    }
    int done = whole * engine.maxRows();
    if (done < rows) {
      run(rows - done, 1, done, a, aOffset + done * aStride, aStride, weights, panel, target);
    }
  }

  private void run(
      int tileRows, int tiles, int row, byte[] a, int aOffset, int aStride, MachineWeights weights, int panel, Target target) {
    MicroKernel kernel =
        engine.kernel(tileRows, weights.activationsSigned(), weights.weightsSigned(), target instanceof CodeTarget);
    target.run(
        kernel,
        row,
        MemorySegment.ofArray(a).asSlice(aOffset),
        aStride,
        MemorySegment.ofArray(weights.panels()).asSlice((long) panel * weights.panelBytes()),
        weights.panelBytes() / COLUMNS / engine.block(),
        tiles);
  }

  /** Signed activations were read 128 too high: takes 128 times the column sums away. */
  private void addToColumns(int[] c, int cOffset, int cStride, int m, MachineWeights weights) {
    int[] sums = weights.columnSums();
    boolean shifted = !engine.takesWeights(weights.weightsSigned());
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
