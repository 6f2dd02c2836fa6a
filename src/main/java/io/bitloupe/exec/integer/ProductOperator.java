package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import java.util.List;

/**
 * Conv, Gemm and MatMul with constant weights on 8-bit codes with parameters known beforehand: accumulated tile by tile, and
 * requantized while the accumulators are in the cache.
 */
final class ProductOperator implements IntegerOperator {

  private final Accumulation accumulation;
  private final Epilogue epilogue;
  private final int inputZeroPoint;
  private final Pointwise kernel;

  /**
   * Builds the operator.
   *
   * @param bias in steps of Sx * Sw, one for each output channel
   */
  ProductOperator(Accumulation accumulation, int[] bias, int inputZeroPoint, Requantizer requantizer, Pointwise kernel) {
    this.accumulation = accumulation;
    this.inputZeroPoint = inputZeroPoint;
    this.kernel = kernel;
    int[] folded = new int[bias.length];
    Epilogue.fold(bias, accumulation.weightSums(), inputZeroPoint, folded);
    epilogue = new Epilogue(folded, requantizer);
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    byte[] in = inputs.getFirst().bytes();
    int columns = accumulation.columns();
    int last = accumulation.rowsPerSample() * samples;
    int first = 0;
    while (first < last) {
      int rows = accumulation.tile(first, last);
      accumulation.toCodes(
          in, first, rows, inputZeroPoint, epilogue, kernel, output.bytes(), first * columns, scratch);
      first += rows;
    }
  }
}
