package io.bitloupe.exec.integer;

import io.bitloupe.kernel.AccumulatorBound;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Requantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Computes single output elements of one integer step again, in plain arithmetic that keeps every number on the way. It shares no
 * code with the kernels: that both give the same code is a test of both. For one sample.
 */
public final class ElementReplay {

  private final IntegerStep step;
  private final Map<String, Tensor> constants;
  private final CodeTensor left;
  private final CodeTensor right;
  private final boolean constantRight;
  private final boolean dynamicInput;
  private final boolean throughReals;
  private final QuantParams outputParams;
  private final Shape output;

  /**
   * Prepares to follow elements of {@code step}.
   *
   * @param inputs codes of the activations that the step read, for one sample in the graph's layout
   * @param output what it wrote; its parameters are those of the sample where they are dynamic
   * @throws IllegalArgumentException when the step adds no products; one sentence
   */
  public ElementReplay(LoweredGraph lowered, IntegerStep step, List<CodeTensor> inputs, CodeTensor output) {
    if (!isProduct(step)) {
      throw new IllegalArgumentException("%s, a %s, adds no products".formatted(step.name(), step.node().opType()));
    }
    this.step = step;
    constants = lowered.model().graph().initializers();
    left = operand(step, 0, inputs);
    right = operand(step, 1, inputs);
    constantRight = step.operands().get(1) instanceof Operand.Constant;
    dynamicInput = step.inputs().stream().anyMatch(lowered.dynamic()::contains);
    boolean wide = isWide(left) || isWide(right) || isWide(output);
    boolean computedRight = !constantRight || step.operands().get(0) instanceof Operand.Constant || right.shape().rank() != 2;
    boolean general = computedRight && !step.node().is("Conv") && (wide || !fitsInt());
    throughReals = dynamicInput || lowered.dynamic().contains(step.output()) || general;
    outputParams = output.params();
    this.output = output.shape();
  }

  /** Whether {@code step} is one of those that add products. */
  public static boolean isProduct(IntegerStep step) {
    return step.node().is("Conv") || step.node().is("Gemm") || step.node().is("MatMul");
  }

  /** Shape of the output for the sample. */
  public Shape outputShape() {
    return output;
  }

  /** Whether the accumulator goes through real numbers, so that no requantization is chosen. */
  public boolean throughReals() {
    return throughReals;
  }

  /** What element {@code element} multiplies. */
  public ElementTerms terms(int element) {
    return ElementTerms.of(step.node(), left.shape(), right.shape(), output, element);
  }

  /** Follows element {@code element}, counted through the output in the graph's layout, with the requantization {@code kind}. */
  public ElementTrace trace(int element, Requantization kind) {
    ElementTerms terms = terms(element);
    Affine input = left.params().single();
    Affine weight = constantRight ? ProductWeights.affine(right.params(), terms.channel(), channels()) : right.params().single();
    int[] inputCodes = new int[terms.length()];
    int[] weightCodes = new int[terms.length()];
    for (int i = 0; i < inputCodes.length; i++) {
      int at = terms.left()[i];
      inputCodes[i] = at == ElementTerms.PADDING ? input.zeroPoint() : left.codes().get(at);
      weightCodes[i] = right.codes().get(terms.right()[i]);
    }
    long bias = step.bias().isPresent() && !dynamicInput ? step.bias().get().codes()[terms.channel()] : 0;
    Affine out = outputParams.single();
    ElementTrace exact =
        new ElementTrace(
            terms, inputCodes, weightCodes, input, weight, out, bias, new Rescaling.FloatScale(0, 0, 0), codeMin(), codeMax());
    Rescaling rescaling =
        throughReals
            ? throughReals(exact, terms.channel())
            : Rescaling.of(kind, exact.accumulator(), input, weight, out);
    return new ElementTrace(terms, inputCodes, weightCodes, input, weight, out, bias, rescaling, codeMin(), codeMax());
  }

  private Rescaling throughReals(ElementTrace exact, int channel) {
    float multiplier = exact.input().scale() * exact.weight().scale();
    float bias = dynamicInput ? realBias(channel) : 0;
    List<Node> clamps = new ArrayList<>(step.fused());
    float real = (float) exact.accumulator() * multiplier + bias;
    float clamped = Math.min(Math.max(real, Clamps.lower(clamps, constants)), Clamps.upper(clamps, constants));
    float scaled = clamped / exact.output().scale();
    return new Rescaling.Real(multiplier, bias, clamped, scaled, (long) Math.rint((double) scaled));
  }

  private float realBias(int channel) {
    return step.bias().map(bias -> bias.reals()[channel]).orElse(0f);
  }

  private int channels() {
    int axis = step.node().is("Conv") ? 0 : step.node().intAttribute("transB", 0) != 0 ? -2 : -1;
    return right.shape().dim(axis);
  }

  private boolean fitsInt() {
    int axis = step.node().is("Conv") ? 1 : step.node().intAttribute("transB", 0) != 0 ? -1 : -2;
    return right.shape().dim(axis) <= AccumulatorBound.maxLength(AccumulatorBound.MAGNITUDE, AccumulatorBound.MAGNITUDE);
  }

  private int codeMin() {
    return throughReals && isDynamicOutput() ? outputParams.format().quantMin() : step.codeMin();
  }

  private int codeMax() {
    return throughReals && isDynamicOutput() ? outputParams.format().quantMax() : step.codeMax();
  }

  private boolean isDynamicOutput() {
    return !(outputParams.granularity() instanceof Granularity.PerTensor);
  }

  private static boolean isWide(CodeTensor tensor) {
    return tensor.params().format().containerBits() == Short.SIZE;
  }

  private static CodeTensor operand(IntegerStep step, int index, List<CodeTensor> inputs) {
    return switch (step.operands().get(index)) {
      case Operand.Constant(String _, CodeTensor value) -> value;
      case Operand.Activation(String tensor) -> inputs.get(step.inputs().indexOf(tensor));
    };
  }
}
