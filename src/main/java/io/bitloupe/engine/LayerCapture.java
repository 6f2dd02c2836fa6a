package io.bitloupe.engine;

import io.bitloupe.exec.integer.ElementReplay;
import io.bitloupe.exec.integer.ElementTerms;
import io.bitloupe.exec.integer.ElementTrace;
import io.bitloupe.exec.integer.Rescaling;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Requantization;
import java.util.Optional;
import java.util.Random;

/**
 * What one layer read and wrote for one sample, in integers, in float and in simulated quantization: enough to follow any of its
 * output elements. Immutable.
 */
public final class LayerCapture {

  private final Layer layer;
  private final int sample;
  private final ElementReplay replay;
  private final Requantization requantization;
  private final CodeTensor output;
  private final float[] floatLeft;
  private final float[] floatRight;
  private final Optional<float[]> floatBias;
  private final float[] floatOutput;
  private final Optional<float[]> simulatedOutput;
  private final int largestError;

  LayerCapture(
      Model model,
      Layer layer,
      int sample,
      ElementReplay replay,
      Requantization requantization,
      CodeTensor output,
      float[] floatLeft,
      float[] floatRight,
      Tensor floatOutput,
      Optional<Tensor> simulatedOutput) {
    this.layer = layer;
    this.sample = sample;
    this.replay = replay;
    this.requantization = requantization;
    this.output = output;
    this.floatLeft = floatLeft;
    this.floatRight = floatRight;
    this.floatBias = layer.bias().map(model.graph()::constant).map(Tensor::floats);
    this.floatOutput = floatOutput.floats();
    this.simulatedOutput = simulatedOutput.map(Tensor::floats);
    this.largestError = findLargestError();
  }

  /** The layer. */
  public Layer layer() {
    return layer;
  }

  /** Index of the sample in the report part. */
  public int sample() {
    return sample;
  }

  /** The requantization that the runtime used. */
  public Requantization requantization() {
    return requantization;
  }

  /** Whether the accumulators of this layer go through real numbers, because a scale is found for each sample. */
  public boolean throughReals() {
    return replay.throughReals();
  }

  /** Shape of the output for one sample. */
  public Shape outputShape() {
    return replay.outputShape();
  }

  /** The code that the integer runtime wrote. */
  public int runtimeCode(int element) {
    return output.codes().get(element);
  }

  /** The element with the greatest difference between integers and float, the first of several. */
  public int largestError() {
    return largestError;
  }

  private int findLargestError() {
    Affine affine = output.params().single();
    int worst = 0;
    double greatest = -1;
    for (int i = 0; i < floatOutput.length; i++) {
      double error = Math.abs((double) affine.dequantize(output.codes().get(i)) - floatOutput[i]);
      if (error > greatest) {
        greatest = error;
        worst = i;
      }
    }
    return worst;
  }

  /** Some element. */
  public int randomElement(Random random) {
    return random.nextInt(floatOutput.length);
  }

  /** Follows {@code element}, counted through the output in the graph's layout, requantized as {@code kind} says. */
  public ElementStory follow(int element, Requantization kind) {
    ElementTrace trace = replay.trace(element, kind);
    double step = trace.output().scale();
    double simulated = simulatedOutput.map(values -> (double) values[element]).orElse(Double.NaN);
    return new ElementStory(
        trace, element, runtimeCode(element), floatOutput[element], simulated, biasReal(trace.terms()),
            contributions(trace, step, element));
  }

  private double biasReal(ElementTerms terms) {
    double beta = layer.node().is("Gemm") ? layer.node().floatAttribute("beta", 1) : 1;
    return floatBias.map(values -> beta * values[values.length == 1 ? 0 : terms.channel()]).orElse(0.0);
  }

  /** The steps from the float element to the integer one, each clamped as the output is, so that they add up to the difference. */
  private ElementStory.Contributions contributions(ElementTrace trace, double step, int element) {
    ElementTerms terms = trace.terms();
    double alpha = layer.node().is("Gemm") ? layer.node().floatAttribute("alpha", 1) : 1;
    double bias = biasReal(terms);
    double quantizedWeights = bias;
    double quantizedInputs = bias;
    for (int i = 0; i < terms.length(); i++) {
      double exactInput = terms.left()[i] == ElementTerms.PADDING ? 0 : floatLeft[terms.left()[i]];
      double weight = layer.weight().isPresent() ? trace.weight().dequantize(trace.weightCodes()[i]) : alpha * floatRight[terms.right()[i]];
      quantizedWeights += exactInput * weight;
      double input = trace.input().dequantize(trace.inputCodes()[i]);
      quantizedInputs += input * trace.weight().dequantize(trace.weightCodes()[i]);
    }
    double addedInReals = trace.rescaling() instanceof Rescaling.Real it ? it.bias() : 0;
    double accumulator = trace.accumulator() * (double) trace.input().scale() * trace.weight().scale() + addedInReals;
    double zero = trace.output().zeroPoint();
    double low = trace.codeMin() - zero;
    double high = trace.codeMax() - zero;
    double exact = floatOutput[element] / step;
    double afterWeights = Math.clamp(quantizedWeights / step, low, high);
    double afterInputs = Math.clamp(quantizedInputs / step, low, high);
    double afterBias = Math.clamp(accumulator / step, low, high);
    double afterMultiplier = Math.clamp(trace.rescaling().scaled(), low, high);
    double code = trace.code() - zero;
    double clamped = Math.clamp(exact, low, high);
    return new ElementStory.Contributions(
        clamped - exact,
        afterWeights - clamped,
        afterInputs - afterWeights,
        afterBias - afterInputs,
        afterMultiplier - afterBias,
        code - afterMultiplier);
  }
}
