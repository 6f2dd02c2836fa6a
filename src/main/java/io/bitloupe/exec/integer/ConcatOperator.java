package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.Requantization;
import java.util.ArrayList;
import java.util.List;

/** Concat: each input is brought to the output's parameters on the way. */
final class ConcatOperator implements IntegerOperator {

  private final List<Side> sides;
  private final List<byte[]> tables = new ArrayList<>();
  private final int outer;
  private final int[] chunks;
  private final boolean fast;
  private final RealOutput realOutput;
  private final Pointwise kernel;

  /**
   * Builds the operator.
   *
   * @param memoryAxis axis in memory order
   */
  ConcatOperator(
      List<Side> sides, ValueSpec output, int memoryAxis, Requantization kind, RealOutput realOutput, Pointwise kernel) {
    this.sides = sides;
    this.realOutput = realOutput;
    this.kernel = kernel;
    int[] dimensions = output.dimensions();
    int before = 1;
    for (int axis = 0; axis < memoryAxis; axis++) {
      before *= dimensions[axis];
    }
    outer = before;
    chunks = sides.stream().mapToInt(side -> side.elements() / outer).toArray();
    fast = output.fast() && sides.stream().allMatch(Side::fast);
    if (fast) {
      for (Side side : sides) {
        tables.add(
            CodeTable.rescale(
                kind,
                side.format(),
                side.fixedAffine(),
                output.affine(),
                realOutput.codeMin(),
                realOutput.codeMax()));
      }
    }
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    for (int sample = 0; sample < samples; sample++) {
      if (fast) {
        concatenate(inputs, output, sample);
      } else {
        concatenateReals(inputs, output, sample, scratch);
      }
    }
  }

  private void concatenate(List<Value> inputs, Value output, int sample) {
    int to = sample * output.spec().elements();
    for (int i = 0; i < outer; i++) {
      for (int side = 0; side < chunks.length; side++) {
        byte[] codes = sides.get(side).codes(inputs);
        int from = sides.get(side).base(sample) + i * chunks[side];
        kernel.lookUp(tables.get(side), codes, from, output.bytes(), to, chunks[side]);
        to += chunks[side];
      }
    }
  }

  private void concatenateReals(List<Value> inputs, Value output, int sample, Scratch scratch) {
    float[] reals = scratch.reals(output.spec().elements());
    int to = 0;
    for (int i = 0; i < outer; i++) {
      for (int side = 0; side < chunks.length; side++) {
        Side from = sides.get(side);
        for (int j = 0; j < chunks[side]; j++) {
          reals[to++] = from.affine(inputs, sample).dequantize(from.get(inputs, sample, i * chunks[side] + j));
        }
      }
    }
    realOutput.write(reals, output, sample);
  }
}
