package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import java.util.List;

/** Add and Mul through real numbers: for 16-bit codes and for scales that are found at run time. */
final class RealElementwiseOperator implements IntegerOperator {

  /** A real function of two operands. */
  interface Function {
    float apply(float a, float b);
  }

  private final Function function;
  private final Broadcast broadcast;
  private final Side a;
  private final Side b;
  private final RealOutput realOutput;

  RealElementwiseOperator(Function function, Broadcast broadcast, Side a, Side b, RealOutput realOutput) {
    this.function = function;
    this.broadcast = broadcast;
    this.a = a;
    this.b = b;
    this.realOutput = realOutput;
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    float[] reals = scratch.reals(output.spec().elements());
    for (int sample = 0; sample < samples; sample++) {
      int to = 0;
      for (int i = 0; i < broadcast.runs(); i++) {
        for (int j = 0; j < broadcast.runLength(); j++) {
          int indexA = broadcast.startA(i) + (broadcast.advancesA() ? j : 0);
          int indexB = broadcast.startB(i) + (broadcast.advancesB() ? j : 0);
          float realA = a.affine(inputs, sample).dequantize(a.get(inputs, sample, indexA));
          float realB = b.affine(inputs, sample).dequantize(b.get(inputs, sample, indexB));
          reals[to++] = function.apply(realA, realB);
        }
      }
      realOutput.write(reals, output, sample);
    }
  }
}
