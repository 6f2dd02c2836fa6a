package io.bitloupe.exec.integer;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import java.util.List;

/** Add and Mul of 8-bit codes with parameters known beforehand, with broadcasting. */
final class ElementwiseOperator implements IntegerOperator {

  /** A run of either rule. */
  private interface Run {
    void codes(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int offset, int length);

    void scalar(byte[] a, int aOffset, byte b, byte[] out, int offset, int length);
  }

  private final Run run;
  private final Broadcast broadcast;
  private final Side a;
  private final Side b;

  private ElementwiseOperator(Run run, Broadcast broadcast, Side a, Side b) {
    this.run = run;
    this.broadcast = broadcast;
    this.a = a;
    this.b = b;
  }

  /**
   * Addition.
   *
   * @param broadcast runs; where only one operand advances, it is the first
   */
  static ElementwiseOperator add(AddRule rule, Broadcast broadcast, Side a, Side b, Pointwise kernel) {
    Run run =
        new Run() {
          @Override
          public void codes(byte[] x, int xOffset, byte[] y, int yOffset, byte[] out, int offset, int length) {
            kernel.add(rule, x, xOffset, y, yOffset, out, offset, length);
          }

          @Override
          public void scalar(byte[] x, int xOffset, byte y, byte[] out, int offset, int length) {
            kernel.addScalar(rule, x, xOffset, rule.signs().b(y), out, offset, length);
          }
        };
    return new ElementwiseOperator(run, broadcast, a, b);
  }

  /**
   * Multiplication.
   *
   * @param broadcast runs; where only one operand advances, it is the first
   */
  static ElementwiseOperator multiply(MultiplyRule rule, Broadcast broadcast, Side a, Side b, Pointwise kernel) {
    Run run =
        new Run() {
          @Override
          public void codes(byte[] x, int xOffset, byte[] y, int yOffset, byte[] out, int offset, int length) {
            kernel.multiply(rule, x, xOffset, y, yOffset, out, offset, length);
          }

          @Override
          public void scalar(byte[] x, int xOffset, byte y, byte[] out, int offset, int length) {
            kernel.multiplyScalar(rule, x, xOffset, rule.signs().b(y), out, offset, length);
          }
        };
    return new ElementwiseOperator(run, broadcast, a, b);
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    byte[] codesA = a.codes(inputs);
    byte[] codesB = b.codes(inputs);
    int length = broadcast.runLength();
    for (int sample = 0; sample < samples; sample++) {
      int to = sample * output.spec().elements();
      int baseA = a.base(sample);
      int baseB = b.base(sample);
      for (int i = 0; i < broadcast.runs(); i++) {
        int startA = baseA + broadcast.startA(i);
        int startB = baseB + broadcast.startB(i);
        if (broadcast.advancesB()) {
          run.codes(codesA, startA, codesB, startB, output.bytes(), to, length);
        } else {
          run.scalar(codesA, startA, codesB[startB], output.bytes(), to, length);
        }
        to += length;
      }
    }
  }
}
