package io.bitloupe.exec.integer;

import io.bitloupe.quant.Affine;

/**
 * One output element of a Conv, Gemm or MatMul, followed from codes to code (Jacob et al. 2018, 2.3):
 * {@code acc = sum a w - Za sum w - Zw sum a + K Za Zw + bias}, rescaled, moved by Zy, clamped. Codes of the padding are Za.
 *
 * @param terms what is multiplied with what
 * @param inputCodes a of each product; never modified
 * @param weightCodes w of each product; never modified
 * @param input Sx and Za
 * @param weight Sw and Zw of the element's channel
 * @param output Sy and Zy
 * @param bias in steps of Sx * Sw; 0 where there is none or where it is added in real units
 * @param rescaling how the accumulator came to the scale of the output
 * @param codeMin least code after the fused clamp
 * @param codeMax greatest code after the fused clamp
 */
public record ElementTrace(
    ElementTerms terms,
    int[] inputCodes,
    int[] weightCodes,
    Affine input,
    Affine weight,
    Affine output,
    long bias,
    Rescaling rescaling,
    int codeMin,
    int codeMax) {

  /** Number of products. */
  public int length() {
    return inputCodes.length;
  }

  /** Product {@code index}. */
  public long product(int index) {
    return (long) inputCodes[index] * weightCodes[index];
  }

  /** Sum of a * w. */
  public long sumOfProducts() {
    long sum = 0;
    for (int i = 0; i < length(); i++) {
      sum += product(i);
    }
    return sum;
  }

  /** Sum of a. */
  public long sumOfInputs() {
    return sum(inputCodes);
  }

  /** Sum of w. */
  public long sumOfWeights() {
    return sum(weightCodes);
  }

  /** What the input's zero-point asks for: {@code -Za sum w}. */
  public long inputCorrection() {
    return -input.zeroPoint() * sumOfWeights();
  }

  /** What the weight's zero-point asks for: {@code -Zw sum a + K Za Zw}. */
  public long weightCorrection() {
    return -weight.zeroPoint() * sumOfInputs() + (long) length() * input.zeroPoint() * weight.zeroPoint();
  }

  /** The accumulator, bias added. */
  public long accumulator() {
    return sumOfProducts() + inputCorrection() + weightCorrection() + bias;
  }

  /** The code before the clamp. */
  public long unclamped() {
    return rescaling.rounded() + output.zeroPoint();
  }

  /** The output code. */
  public int code() {
    return Math.clamp(unclamped(), codeMin, codeMax);
  }

  /** The real number that the output code stands for. */
  public float real() {
    return output.dequantize(code());
  }

  private static long sum(int[] codes) {
    long sum = 0;
    for (int code : codes) {
      sum += code;
    }
    return sum;
  }
}
