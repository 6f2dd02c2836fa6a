package io.bitloupe.engine.sensitivity;

import io.bitloupe.data.Batch;
import io.bitloupe.exec.PerturbedRuntime;
import io.bitloupe.metric.Divergence;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * Trace of the Fisher information matrix of a layer's weights, which at the float weights is the Hessian of the divergence from
 * the float model's probabilities (its Gauss-Newton matrix).
 *
 * <p>Hutchinson's estimator {@code Tr F = E z'Fz} with {@code z = +-1} (HAWQ-V2, 1911.03852, section 3.2) needs no gradient here: the
 * divergence is 0 and flat at the float weights, so {@code z'Fz} is {@code 2 KL(W || W + eps z) / eps^2} up to terms of third order,
 * which cancel between {@code +eps} and {@code -eps}.
 */
public final class FisherTrace implements AutoCloseable {

  private static final int PROBES = 4;
  /** Size of a step, as a share of the weights' root mean square: large enough for float32, small enough for second order. */
  private static final double STEP = 0.02;

  private final Model model;
  private final Batch samples;
  private final PerturbedRuntime runtime;
  private final boolean probabilities;
  private final String output;
  private final float[] reference;
  private final int count;

  /** Prepares estimates on {@code samples}, which the model must take together. */
  public FisherTrace(Model model, Batch samples) {
    this.model = model;
    this.samples = samples;
    this.count = samples.size();
    this.output = model.graph().outputs().getFirst().name();
    this.probabilities =
        model.graph().nodes().stream().filter(node -> node.outputs().contains(output)).map(Node::opType).anyMatch("Softmax"::equals);
    Set<String> weights = new LinkedHashSet<>();
    model.layers().forEach(layer -> layer.weight().filter(model.graph()::isConstant).ifPresent(weights::add));
    this.runtime = new PerturbedRuntime(model, weights);
    this.reference = logits(Map.of());
  }

  /** The trace for the weights of {@code layer}, the mean over the samples; the same every time for the same layer. */
  public double of(Layer layer) {
    Tensor weight = model.weights(layer);
    float[] exact = weight.floats();
    double squares = 0;
    for (float value : exact) {
      squares += (double) value * value;
    }
    double step = STEP * Math.sqrt(squares / exact.length);
    if (step == 0) {
      return 0;
    }
    Random random = new Random(layer.index());
    double sum = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      float[] up = new float[exact.length];
      float[] down = new float[exact.length];
      for (int i = 0; i < exact.length; i++) {
        double shift = random.nextBoolean() ? step : -step;
        up[i] = (float) (exact[i] + shift);
        down[i] = (float) (exact[i] - shift);
      }
      sum += divergence(layer, weight, up) + divergence(layer, weight, down);
    }
    return sum / PROBES / (step * step);
  }

  private double divergence(Layer layer, Tensor weight, float[] moved) {
    float[] actual = logits(Map.of(layer.weight().orElseThrow(), Tensor.ofFloats(weight.shape(), moved)));
    int classes = reference.length / count;
    double sum = 0;
    for (int sample = 0; sample < count; sample++) {
      sum += Divergence.ofLogits(reference, actual, sample * classes, classes);
    }
    return sum / count;
  }

  private float[] logits(Map<String, Tensor> replaced) {
    float[] values = Objects.requireNonNull(runtime.run(samples.inputs(), replaced).get(output), output).floats();
    if (probabilities) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.log(Math.max(Float.MIN_NORMAL, values[i]));
      }
    }
    return values;
  }

  @Override
  public void close() {
    runtime.close();
  }
}
