package io.bitloupe.engine.sensitivity;

import io.bitloupe.data.Batch;
import io.bitloupe.exec.PerturbedRuntime;
import io.bitloupe.metric.ClassScores;
import io.bitloupe.metric.Divergence;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * Estimates {@link Curvature} by Hutchinson's estimator {@code Tr H = E z'Hz} with {@code z = +-1} (HAWQ-V2, 1911.03852, section
 * 3.2), without automatic differentiation: along z a loss l is evaluated at {@code W + eps z} and {@code W - eps z}.
 *
 * <ul>
 *   <li>{@code z'Hz = (l(W + eps z) + l(W - eps z) - 2 l(W)) / eps^2} for the loss of the labels;
 *   <li>{@code (g'z)^2 = ((l(W + eps z) - l(W - eps z)) / 2 eps)^2} for each sample, whose mean over z is {@code |g|^2};
 *   <li>the divergence is 0 and flat at the float weights, so that {@code z'Fz} is the sum of both divergences over
 *       {@code eps^2}.
 * </ul>
 *
 * <p>Errors are of the order {@code eps^2}: what is odd in eps cancels between both signs.
 */
public final class CurvatureProbe {

  private static final int PROBES = 4;
  /** Size of a step, as a share of the weights' root mean square: large enough for float32, small enough for second order. */
  private static final double STEP = 0.02;

  private final Model model;
  private final Batch samples;
  private final ClassScores scores;
  private final boolean labelled;

  /** Prepares estimates on {@code samples}, which the model must take together. */
  public CurvatureProbe(Model model, Batch samples) {
    this.model = model;
    this.samples = samples;
    this.labelled = samples.labels().length == samples.size();
    this.scores = ClassScores.of(model.graph());
  }

  /** The traces for the weights of {@code layer}; the same every time for the same layer. Thread-safe. */
  public Curvature of(Layer layer) {
    String name = layer.weight().orElseThrow();
    float[] exact = model.weights(layer).floats();
    double squares = 0;
    for (float value : exact) {
      squares += (double) value * value;
    }
    double step = STEP * Math.sqrt(squares / exact.length);
    Sums sums = new Sums();
    if (step > 0) {
      try (PerturbedRuntime runtime = new PerturbedRuntime(model, Set.of(name))) {
        float[] here = logits(runtime, Map.of());
        Random random = new Random(layer.index());
        for (int probe = 0; probe < PROBES; probe++) {
          float[] up = new float[exact.length];
          float[] down = new float[exact.length];
          for (int i = 0; i < exact.length; i++) {
            double shift = random.nextBoolean() ? step : -step;
            up[i] = (float) (exact[i] + shift);
            down[i] = (float) (exact[i] - shift);
          }
          sums.add(here, logits(runtime, replaced(layer, up)), logits(runtime, replaced(layer, down)), step);
        }
      }
    }
    return sums.mean();
  }

  private Map<String, Tensor> replaced(Layer layer, float[] moved) {
    return Map.of(layer.weight().orElseThrow(), Tensor.ofFloats(model.weights(layer).shape(), moved));
  }

  /** What all probes add up to. */
  private final class Sums {
    private double gaussNewton;
    private double fisher;
    private double hessian;

    void add(float[] here, float[] up, float[] down, double step) {
      int classes = here.length / samples.size();
      for (int sample = 0; sample < samples.size(); sample++) {
        int from = sample * classes;
        double divergences =
            Divergence.ofLogits(here, up, from, classes) + Divergence.ofLogits(here, down, from, classes);
        gaussNewton += divergences / (step * step);
        if (labelled) {
          int label = from + samples.labels()[sample];
          double above = Divergence.crossEntropy(up, label, from, classes);
          double below = Divergence.crossEntropy(down, label, from, classes);
          double slope = (above - below) / (2 * step);
          fisher += slope * slope;
          hessian += (above + below - 2 * Divergence.crossEntropy(here, label, from, classes)) / (step * step);
        }
      }
    }

    Curvature mean() {
      double count = (double) PROBES * samples.size();
      return new Curvature(
          gaussNewton / count,
          labelled ? OptionalDouble.of(fisher / count) : OptionalDouble.empty(),
          labelled ? OptionalDouble.of(hessian / count) : OptionalDouble.empty());
    }
  }

  private float[] logits(PerturbedRuntime runtime, Map<String, Tensor> replaced) {
    String output = scores.output();
    return scores.logits(Objects.requireNonNull(runtime.run(samples.inputs(), replaced).get(output), output).floats());
  }
}
