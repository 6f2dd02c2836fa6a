package io.bitloupe.method;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Activation-aware weight quantization (Lin et al. 2023): input channels that carry large activations get more of the grid, by
 * factors {@code s = mean|x|^α / √(max s · min s)} that W is multiplied and x divided by. α goes through 0, 0.05 ... 0.95 and
 * the one whose quantized weights change the outputs least is taken; α = 0 is rounding to nearest.
 */
final class Awq implements Method {

  private static final int SAMPLES = 128;
  private static final int STEPS = 20;
  private static final double LEAST = 1e-4;

  @Override
  public String id() {
    return "awq";
  }

  @Override
  public Set<String> settings() {
    return Set.of("samples");
  }

  @Override
  public boolean needsData(Settings settings) {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    subject.requireAlike(id());
    int samples = settings.whole("samples", SAMPLES, 1, 1 << 20);
    List<InputScaling> scalings =
        InputScaling.find(subject).stream().filter(scaling -> scaling.layers().stream().allMatch(InputRows::isKnown)).toList();
    List<Layer> readers = scalings.stream().map(scaling -> scaling.layers().getFirst()).toList();
    var data = subject.samples().orElseThrow();
    Map<String, ChannelMagnitudes> magnitudes = ChannelMagnitudes.collect(subject.reference(), readers, data, samples, progress);
    Map<String, SecondMoments> moments = SecondMoments.collect(subject.reference(), readers, data, samples, progress);
    Subject current = subject;
    List<Effect> effects = new ArrayList<>();
    for (InputScaling scaling : scalings) {
      progress.checkCancelled();
      Layer reader = scaling.layers().getFirst();
      double[] mean = Optional.ofNullable(magnitudes.get(reader.input())).orElseThrow().mean();
      SecondMoments inputs = Optional.ofNullable(moments.get(reader.name())).orElseThrow();
      double least = Double.POSITIVE_INFINITY;
      double[] best = factors(mean, 0);
      double nearest = error(current, scaling, inputs, best);
      for (int step = 0; step < STEPS; step++) {
        double[] factors = factors(mean, (double) step / STEPS);
        double error = error(current, scaling, inputs, factors);
        if (error < least) {
          least = error;
          best = factors;
        }
      }
      current = current.withConstants(scaling.apply(current.model().graph(), best));
      effects.add(new Effect(id(), reader.name(), Effect.Quantity.OUTPUT_ERROR, nearest, Math.min(least, nearest)));
    }
    return current.plus(effects);
  }

  /** The factors for the exponent {@code alpha}; all 1 for 0. */
  static double[] factors(double[] meanMagnitudes, double alpha) {
    double[] factors = new double[meanMagnitudes.length];
    Arrays.setAll(factors, j -> Math.pow(Math.max(meanMagnitudes[j], LEAST), alpha));
    double norm = Math.sqrt(Arrays.stream(factors).max().orElse(1) * Arrays.stream(factors).min().orElse(1));
    Arrays.setAll(factors, j -> factors[j] / norm);
    return factors;
  }

  /** Relative output error of all layers of {@code scaling} whose weights are quantized as {@code Q(W s) / s}. */
  private static double error(Subject subject, InputScaling scaling, SecondMoments inputs, double[] factors) {
    Graph graph = subject.model().graph();
    double total = 0;
    for (Layer layer : scaling.layers()) {
      String name = layer.weight().orElseThrow();
      if (subject.config().weightChoice(name) instanceof TensorChoice.Quantized choice) {
        WeightLayout layout = WeightLayout.of(layer);
        float[] weights = graph.constant(name).floats();
        double[] byElement = InputScaling.byElement(layout, factors);
        float[] scaled = new float[weights.length];
        for (int i = 0; i < scaled.length; i++) {
          scaled[i] = (float) (weights[i] * byElement[i]);
        }
        var params =
            ParameterCalculator.weights(
                scaled, layer.weightShape(), layer.outputChannelAxis(), choice.granularity(), choice.range(), choice.format());
        float[] quantized = TensorQuantizer.fakeQuantize(scaled, layer.weightShape(), params);
        for (int i = 0; i < scaled.length; i++) {
          quantized[i] = (float) (quantized[i] / byElement[i]);
        }
        total += inputs.relativeError(layout, weights, quantized);
      }
    }
    return total;
  }
}
