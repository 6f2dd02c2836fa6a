package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;
import java.util.List;

/**
 * Operators that only pass values on, perhaps clamped: Reshape, Flatten, Transpose, Slice, Pad, Relu, Clip. Codes are moved,
 * then, where input and output differ in parameters or clamp, replaced one by one.
 */
final class MoveOperator implements IntegerOperator {

  /** How codes move. */
  interface Movement {
    void move(Value input, Value output, int sample);
  }

  private final Movement movement;
  private final ValueSpec input;
  private final Requantization kind;
  private final RealOutput realOutput;
  private final Pointwise kernel;
  private final byte[] table;
  private final boolean passes;

  MoveOperator(
      Movement movement, ValueSpec input, ValueSpec output, Requantization kind, RealOutput realOutput, Pointwise kernel) {
    this.movement = movement;
    this.input = input;
    this.kind = kind;
    this.realOutput = realOutput;
    this.kernel = kernel;
    if (input.fast() && output.fast()) {
      table =
          CodeTable.rescale(
              kind, input.format(), input.affine(), output.affine(), realOutput.codeMin(), realOutput.codeMax());
      passes = CodeTable.isIdentity(table);
    } else {
      table = new byte[0];
      passes = false;
    }
  }

  /** Moves nothing: element i stays element i. */
  static void inPlace(Value input, Value output, int sample) {
    int length = output.spec().elements();
    if (output.spec().wide()) {
      System.arraycopy(input.shorts(), sample * length, output.shorts(), sample * length, length);
    } else {
      System.arraycopy(input.bytes(), sample * length, output.bytes(), sample * length, length);
    }
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    Value in = inputs.getFirst();
    int length = output.spec().elements();
    for (int sample = 0; sample < samples; sample++) {
      if (table.length > 0) {
        movement.move(in, output, sample);
        if (!passes) {
          kernel.lookUp(table, output.bytes(), sample * length, output.bytes(), sample * length, length);
        }
      } else {
        general(in, output, sample, scratch);
      }
    }
  }

  /** Through a copy in the input's own format, for containers of different widths and for dynamic parameters. */
  private void general(Value in, Value output, int sample, Scratch scratch) {
    Affine from = in.affine(sample);
    int length = output.spec().elements();
    if (in.spec().dynamic() && output.spec().dynamic() && realOutput.isUnbounded()
        && in.spec().format().equals(output.spec().format())) {
      movement.move(in, output, sample);
      output.affine(sample, from);
      return;
    }
    ValueSpec movedSpec =
        new ValueSpec(output.spec().tensor(), output.spec().shape(), output.spec().layout(), input.params(), input.dynamic());
    Value moved = new Value(movedSpec);
    moved.allocate(sample + 1);
    moved.takeAffines(in, sample + 1);
    movement.move(in, moved, sample);
    if (output.spec().dynamic()) {
      float[] reals = scratch.reals(length);
      for (int i = 0; i < length; i++) {
        reals[i] = from.dequantize(moved.get(sample * length + i));
      }
      realOutput.write(reals, output, sample);
      return;
    }
    Affine to = output.affine(sample);
    boolean same = from.equals(to);
    Requantizer requantizer =
        Requantizer.ofMultipliers(
            kind,
            new double[] {(double) from.scale() / to.scale()},
            to.zeroPoint(),
            realOutput.codeMin(),
            realOutput.codeMax());
    for (int i = 0; i < length; i++) {
      int code = moved.get(sample * length + i);
      int result;
      if (same) {
        result = Math.clamp(code, realOutput.codeMin(), realOutput.codeMax());
      } else if (kind == Requantization.FLOAT_SCALE) {
        result = to.quantize(from.dequantize(code), realOutput.codeMin(), realOutput.codeMax());
      } else {
        result = requantizer.requantize(code - from.zeroPoint(), 0);
      }
      output.set(sample * length + i, result);
    }
  }
}
