package io.bitloupe.engine;

import io.bitloupe.exec.integer.ElementTrace;

/**
 * One output element in integers, in float and in simulated quantization.
 *
 * @param trace every number of the integer computation
 * @param element index in the output, in the graph's layout
 * @param runtimeCode the code that the integer runtime wrote
 * @param floatValue what the float model computed
 * @param simulatedValue what the fake-quantized model computed, all layers before it fake-quantized too; NaN where it has none
 * @param biasReal the bias in float
 * @param contributions where the difference between integer and float comes from
 */
public record ElementStory(
    ElementTrace trace,
    int element,
    int runtimeCode,
    float floatValue,
    double simulatedValue,
    double biasReal,
    Contributions contributions) {

  /**
   * Parts of the difference between the integer and the float element, in steps of the output (LSB). They add up to it.
   *
   * @param range what lies outside the codes of the output
   * @param weights quantized weights on the float input
   * @param inputs the input's codes in place of the float input: its own rounding and all that happened in the layers before
   * @param bias the bias rounded to steps of the accumulator
   * @param multiplier the multiplier rounded to its format
   * @param rounding the last rounding, to a code
   */
  public record Contributions(
      double range, double weights, double inputs, double bias, double multiplier, double rounding) {

    /** The whole difference. */
    public double total() {
      return range + weights + inputs + bias + multiplier + rounding;
    }
  }

  /** The float value in steps of the output, as a code that is not rounded. */
  public double floatCode() {
    return floatValue / (double) trace.output().scale() + trace.output().zeroPoint();
  }

  /** The simulated value in steps of the output, as a code. */
  public double simulatedCode() {
    return simulatedValue / trace.output().scale() + trace.output().zeroPoint();
  }
}
