package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.IntegerFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of rows that lie in the input as they are, or are gathered tile by tile: matrix products, pointwise and grouped
 * convolutions, and all convolutions whose weights have a zero-point.
 */
final class GatheredAccumulation implements Accumulation {

  private final Rows rows;
  private final ProductWeights weights;
  private final boolean inputSigned;
  private final IntegerGemm gemm;
  private final List<PackedWeights> packed = new ArrayList<>();
  private final boolean asymmetric;
  private final int tileRows;

  GatheredAccumulation(Rows rows, ProductWeights weights, IntegerFormat input, IntegerGemm gemm) {
    this.rows = rows;
    this.weights = weights;
    this.inputSigned = input.signed();
    this.gemm = gemm;
    for (int group = 0; group < weights.groups(); group++) {
      packed.add(gemm.pack(weights.group(group), weights.k(), weights.n(), weights.signed(), input));
    }
    asymmetric = weights.asymmetric();
    tileRows = Accumulation.tileRows(5 * weights.k() + 4 * weights.outputs());
  }

  @Override
  public int rowsPerSample() {
    return rows.perSample();
  }

  @Override
  public int columns() {
    return weights.outputs();
  }

  @Override
  public boolean inputSigned() {
    return inputSigned;
  }

  @Override
  public int[] weightSums() {
    int[] sums = new int[weights.outputs()];
    for (int column = 0; column < sums.length; column++) {
      int raw = packed.get(column / weights.n()).columnSums()[column % weights.n()];
      sums[column] = raw - weights.k() * weights.zeroPoints()[column];
    }
    return sums;
  }

  @Override
  public int tile(int firstRow, int lastRow) {
    return Math.min(tileRows, lastRow - firstRow);
  }

  @Override
  public void accumulate(byte[] in, int firstRow, int count, int padding, int[] accumulators, Scratch scratch) {
    int k = weights.k();
    for (int group = 0; group < weights.groups(); group++) {
      byte[] a = in;
      int offset = firstRow * k;
      if (!rows.dense()) {
        a = scratch.panel(tileRows * k);
        offset = 0;
        rows.gather(in, firstRow, count, group, (byte) padding, a);
      }
      int column = group * weights.n();
      gemm.multiply(a, offset, k, count, packed.get(group), accumulators, column, weights.outputs(), scratch);
      if (asymmetric) {
        subtractRowSums(a, offset, count, group, accumulators);
      }
    }
  }

  @Override
  public void toCodes(
      byte[] in,
      int firstRow,
      int count,
      int padding,
      Epilogue epilogue,
      Pointwise pointwise,
      byte[] codes,
      int codeOffset,
      Scratch scratch) {
    if (weights.groups() > 1 || asymmetric) {
      Accumulation.super.toCodes(in, firstRow, count, padding, epilogue, pointwise, codes, codeOffset, scratch);
      return;
    }
    int k = weights.k();
    byte[] a = in;
    int offset = firstRow * k;
    if (!rows.dense()) {
      a = scratch.panel(tileRows * k);
      offset = 0;
      rows.gather(in, firstRow, count, 0, (byte) padding, a);
    }
    gemm.multiplyToCodes(a, offset, k, count, packed.getFirst(), epilogue, pointwise, codes, codeOffset, scratch);
  }

  private void subtractRowSums(byte[] a, int offset, int count, int group, int[] accumulators) {
    int n = weights.n();
    for (int row = 0; row < count; row++) {
      int sum = 0;
      for (int i = 0; i < weights.k(); i++) {
        byte code = a[offset + row * weights.k() + i];
        sum += inputSigned ? code : Byte.toUnsignedInt(code);
      }
      for (int column = group * n; column < (group + 1) * n; column++) {
        accumulators[row * weights.outputs() + column] -= weights.zeroPoints()[column] * sum;
      }
    }
  }
}
