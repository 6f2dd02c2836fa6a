package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * SmoothQuant (Xiao et al. 2022): outlier channels of an activation move into the weights, which bear them better, as each has
 * a scale of its own: {@code s_j = max|X_j|^α / max|W_j|^(1-α)}, X/s folded into what writes X, and W·s. The float function
 * stays.
 */
final class SmoothQuant implements Method {

  private static final int SAMPLES = 128;
  private static final double LEAST = 1e-5;

  @Override
  public String id() {
    return "smoothquant";
  }

  @Override
  public Set<String> settings() {
    return Set.of("alpha", "samples");
  }

  @Override
  public boolean needsData(Settings settings) {
    return true;
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    subject.requireAlike(id());
    double alpha = settings.number("alpha", 0.5, 0, 1);
    int samples = settings.whole("samples", SAMPLES, 1, 1 << 20);
    List<InputScaling> scalings = InputScaling.find(subject);
    List<Layer> readers = scalings.stream().map(scaling -> scaling.layers().getFirst()).toList();
    Map<String, ChannelMagnitudes> magnitudes =
        ChannelMagnitudes.collect(subject.reference(), readers, subject.samples().orElseThrow(), samples, progress);
    Subject current = subject;
    List<Effect> effects = new ArrayList<>();
    for (InputScaling scaling : scalings) {
      Layer reader = scaling.layers().getFirst();
      double[] peaks = Optional.ofNullable(magnitudes.get(reader.input())).orElseThrow().peak();
      Model model = current.model();
      double[] factors = factors(peaks, scaling.weightPeaks(model.graph()), alpha);
      double before = spread(peaks);
      double[] after = new double[peaks.length];
      Arrays.setAll(after, j -> peaks[j] / factors[j]);
      current = current.withConstants(scaling.apply(model.graph(), factors));
      for (Layer layer : scaling.layers()) {
        effects.add(new Effect(id(), layer.name(), Effect.Quantity.INPUT_SPREAD, before, spread(after)));
      }
    }
    return current.plus(effects);
  }

  /** {@code s_j}; 1 for channels that are always 0, in the input or the weights. */
  static double[] factors(double[] inputPeaks, double[] weightPeaks, double alpha) {
    double[] factors = new double[inputPeaks.length];
    for (int j = 0; j < factors.length; j++) {
      boolean dead = inputPeaks[j] <= LEAST || weightPeaks[j] <= LEAST;
      factors[j] = dead ? 1 : Math.max(LEAST, Math.pow(inputPeaks[j], alpha) / Math.pow(weightPeaks[j], 1 - alpha));
    }
    return factors;
  }

  private static double spread(double[] peaks) {
    double mean = Arrays.stream(peaks).average().orElse(1);
    return mean == 0 ? 1 : Arrays.stream(peaks).max().orElse(1) / mean;
  }
}
