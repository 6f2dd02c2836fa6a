package io.bitloupe.exec.integer;

import io.bitloupe.kernel.AccumulatorBound;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Conv, Gemm and MatMul with constant weights on 8-bit codes with parameters known beforehand: rows are gathered tile by tile,
 * multiplied, corrected for zero-points and requantized while they are in the cache.
 */
final class ProductOperator implements IntegerOperator {

  /** Bytes of codes and accumulators of a tile: about half of a core's second-level cache is left to the weights. */
  private static final int TILE_BYTES = 1 << 18;

  private static final int ROW_MULTIPLE = 32;
  private static final int MIN_TILE_ROWS = 32;
  private static final int MAX_TILE_ROWS = 256;

  private final Rows rows;
  private final ProductWeights weights;
  private final List<PackedWeights> packed;
  private final Epilogue epilogue;
  private final int inputZeroPoint;
  private final boolean inputSigned;
  private final boolean asymmetric;
  private final int tileRows;
  private final Kernels kernels;

  /**
   * Packs weights and folds zero-points into the bias.
   *
   * @param rows the left-hand matrix
   * @param weights the right-hand matrices
   * @param bias in steps of Sx * Sw, one for each output channel
   */
  ProductOperator(Rows rows, ProductWeights weights, int[] bias, ValueSpec input, Requantizer requantizer, Kernels kernels) {
    this.rows = rows;
    this.weights = weights;
    this.kernels = kernels;
    inputZeroPoint = input.affine().zeroPoint();
    inputSigned = input.signed();
    asymmetric = weights.asymmetric();
    packed = pack(weights, input.signed(), kernels);
    epilogue = new Epilogue(folded(weights, packed, bias, inputZeroPoint), requantizer);
    int bytesPerRow = 5 * weights.k() + 4 * weights.outputs();
    tileRows = Math.clamp(TILE_BYTES / bytesPerRow, MIN_TILE_ROWS, MAX_TILE_ROWS) / ROW_MULTIPLE * ROW_MULTIPLE;
  }

  /** Whether int accumulators are enough for these weights, whatever the input is. */
  static boolean fits(ProductWeights weights, int[] bias, ValueSpec input) {
    if (input.wide()) {
      return false;
    }
    int magnitude = 2 * AccumulatorBound.magnitude(input.signed());
    for (int group = 0; group < weights.groups(); group++) {
      int from = group * weights.n();
      int[] zeroPoints = Arrays.copyOfRange(weights.zeroPoints(), from, from + weights.n());
      int[] groupBias = Arrays.copyOfRange(bias, from, from + weights.n());
      if (!AccumulatorBound.fitsInt(
          weights.group(group), weights.k(), weights.n(), weights.signed(), zeroPoints, magnitude, groupBias)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    byte[] in = inputs.getFirst().bytes();
    int total = rows.perSample() * samples;
    int columns = weights.outputs();
    for (int first = 0; first < total; first += tileRows) {
      int count = Math.min(tileRows, total - first);
      if (weights.groups() == 1 && !asymmetric) {
        multiplyToCodes(in, first, count, output.bytes(), scratch);
        continue;
      }
      int[] accumulators = scratch.accumulators(tileRows * columns);
      accumulate(in, first, count, accumulators, scratch);
      kernels.pointwise().requantize(accumulators, 0, count, epilogue, output.bytes(), first * columns);
    }
  }

  private void multiplyToCodes(byte[] in, int first, int count, byte[] out, Scratch scratch) {
    int k = weights.k();
    byte[] a = in;
    int offset = first * k;
    if (!rows.dense()) {
      a = scratch.panel(tileRows * k);
      offset = 0;
      rows.gather(in, first, count, 0, (byte) inputZeroPoint, a);
    }
    kernels.gemm().multiplyToCodes(
        a, offset, k, count, packed.getFirst(), epilogue, kernels.pointwise(), out, first * weights.outputs(), scratch);
  }

  private void accumulate(byte[] in, int first, int count, int[] accumulators, Scratch scratch) {
    int k = weights.k();
    int n = weights.n();
    int columns = weights.outputs();
    for (int group = 0; group < weights.groups(); group++) {
      byte[] a = in;
      int offset = first * k;
      if (!rows.dense()) {
        a = scratch.panel(tileRows * k);
        offset = 0;
        rows.gather(in, first, count, group, (byte) inputZeroPoint, a);
      }
      kernels.gemm().multiply(a, offset, k, count, packed.get(group), accumulators, group * n, columns, scratch);
      if (asymmetric) {
        subtractRowSums(a, offset, count, group, accumulators);
      }
    }
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

  private static List<PackedWeights> pack(ProductWeights weights, boolean inputSigned, Kernels kernels) {
    List<PackedWeights> packed = new ArrayList<>();
    for (int group = 0; group < weights.groups(); group++) {
      packed.add(kernels.gemm().pack(weights.group(group), weights.k(), weights.n(), weights.signed(), inputSigned));
    }
    return packed;
  }

  private static int[] folded(ProductWeights weights, List<PackedWeights> packed, int[] bias, int inputZeroPoint) {
    int[] sums = new int[weights.outputs()];
    for (int group = 0; group < weights.groups(); group++) {
      System.arraycopy(packed.get(group).columnSums(), 0, sums, group * weights.n(), weights.n());
    }
    int[] folded = new int[weights.outputs()];
    Epilogue.fold(bias, sums, weights.k(), inputZeroPoint, weights.zeroPoints(), folded);
    return folded;
  }
}
