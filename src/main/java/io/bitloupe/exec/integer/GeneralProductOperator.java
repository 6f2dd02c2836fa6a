package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.Requantization;
import java.util.List;
import java.util.Optional;

/**
 * Conv, Gemm and MatMul with constant weights whose sums need more than 32 bits: one output after the other, in 64-bit
 * integers, whatever the widths and scales of input and output. It is also what the faster operators are tested against.
 */
final class GeneralProductOperator implements IntegerOperator {

  private final Rows rows;
  private final ProductWeights weights;
  private final int[] bias;
  private final float[] realBias;
  private final Optional<Requantizer> requantizer;
  private final RealOutput realOutput;

  /**
   * Builds the operator.
   *
   * @param bias in steps of Sx * Sw, one for each output channel
   * @param realBias the same in real units, for inputs whose Sx is found at run time
   * @param kind how accumulators become codes where all scales are known
   */
  GeneralProductOperator(
      Rows rows,
      ProductWeights weights,
      int[] bias,
      float[] realBias,
      ValueSpec input,
      ValueSpec output,
      Requantization kind,
      RealOutput realOutput) {
    this.rows = rows;
    this.weights = weights;
    this.bias = bias;
    this.realBias = realBias;
    this.realOutput = realOutput;
    requantizer =
        input.dynamic() || output.dynamic()
            ? Optional.empty()
            : Optional.of(Requantizer.of(
                kind,
                input.affine().scale(),
                weights.scales(),
                output.affine().scale(),
                output.affine().zeroPoint(),
                realOutput.codeMin(),
                realOutput.codeMax()));
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    Value input = inputs.getFirst();
    int[] row = new int[weights.k()];
    int columns = weights.outputs();
    float[] reals = scratch.reals(rows.perSample() * columns);
    for (int sample = 0; sample < samples; sample++) {
      int zeroPoint = input.affine(sample).zeroPoint();
      float scale = input.affine(sample).scale();
      for (int i = 0; i < rows.perSample(); i++) {
        int rowIndex = sample * rows.perSample() + i;
        for (int column = 0; column < columns; column++) {
          int group = column / weights.n();
          if (column % weights.n() == 0) {
            rows.gather(input, rowIndex, group, zeroPoint, row);
          }
          long sum = dotProduct(row, zeroPoint, group, column);
          if (requantizer.isPresent()) {
            output.set(rowIndex * columns + column, requantizer.get().requantize(sum + bias[column], column));
          } else if (input.spec().dynamic()) {
            reals[i * columns + column] = (float) sum * (scale * weights.scales()[column]) + realBias[column];
          } else {
            reals[i * columns + column] = (float) (sum + bias[column]) * (scale * weights.scales()[column]);
          }
        }
      }
      if (requantizer.isEmpty()) {
        realOutput.write(reals, output, sample);
      }
    }
  }

  private long dotProduct(int[] row, int zeroPoint, int group, int column) {
    int weightZeroPoint = weights.zeroPoints()[column];
    int j = column % weights.n();
    long sum = 0;
    for (int i = 0; i < weights.k(); i++) {
      sum += (long) (row[i] - zeroPoint) * (weights.code(group, i, j) - weightZeroPoint);
    }
    return sum;
  }
}
