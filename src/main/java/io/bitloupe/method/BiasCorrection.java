package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bias correction (Nagel et al. 2019, 4.2): quantized weights shift the mean of each output channel by {@code ε E[x]}, with
 * {@code ε = W̃ - W}; the bias makes up for it. E[x] follows from BatchNormalization without data
 * ({@code statistics=batchnorm}), or the shift itself is measured on calibration samples ({@code statistics=data}), layer by
 * layer with all layers before it quantized; by default the first where the model tells it. Put it last in a recipe.
 */
final class BiasCorrection implements Method {

  private static final int SAMPLES = 64;

  @Override
  public String id() {
    return "bias-correction";
  }

  @Override
  public Set<String> settings() {
    return Set.of("statistics", "samples");
  }

  @Override
  public boolean needsData(Settings settings) {
    return source(settings).equals("data");
  }

  private static String source(Settings settings) {
    return settings.word("statistics", "auto", "batchnorm", "data");
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    String source = source(settings);
    boolean told = !subject.outputs().isEmpty();
    if (source.equals("batchnorm") && !told) {
      throw new InvalidInputException(
          "The method %s finds no BatchNormalization in %s to take statistics from; use statistics=data."
              .formatted(id(), subject.model().fileName()));
    }
    if (source.equals("auto") && !told && subject.samples().isEmpty()) {
      throw new InvalidInputException(
          "The method %s needs calibration samples, since %s has no BatchNormalization; say --data."
              .formatted(id(), subject.model().fileName()));
    }
    int samples = settings.whole("samples", SAMPLES, 1, 1 << 20);
    return source.equals("data") || !told ? measured(subject, samples, progress) : corrected(subject, expected(subject));
  }

  /** Corrects one layer after the other, each with the layers before it quantized and corrected. */
  private Subject measured(Subject subject, int samples, Progress progress) {
    var data = subject.samples().orElseThrow();
    LayerBias biases = new LayerBias(subject.model().graph());
    List<Layer> layers = subject.layers().stream().filter(layer -> biases.of(layer).isPresent()).toList();
    Map<String, double[]> exact = ChannelMeans.measure(subject.reference(), layers, data, samples, progress);
    Subject quantized = subject;
    for (Layer layer : subject.layers()) {
      Optional<Rounding> rounding = Rounding.of(subject, layer);
      quantized = rounding.isPresent() ? rounding.get().into(quantized, rounding.get().nearest()) : quantized;
    }
    Map<String, Tensor> corrected = new LinkedHashMap<>();
    Map<String, Double> before = new LinkedHashMap<>();
    for (Layer layer : layers) {
      String bias = biases.of(layer).orElseThrow();
      double[] wanted = Optional.ofNullable(exact.get(layer.name())).orElseThrow();
      double[] found =
          Optional.ofNullable(ChannelMeans.measure(quantized.model(), List.of(layer), data, samples, progress).get(layer.name()))
              .orElseThrow();
      Tensor old = subject.model().graph().constant(bias);
      float[] values = old.floats();
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) (values[c] + wanted[c] - found[c]);
      }
      corrected.put(bias, Tensor.ofFloats(old.shape(), values));
      before.put(layer.name(), greatestDifference(wanted, found));
      quantized = quantized.withRounded(corrected, Map.of());
      progress.report(before.size(), layers.size());
    }
    Map<String, double[]> left = ChannelMeans.measure(quantized.model(), layers, data, samples, progress);
    List<Effect> effects = new ArrayList<>();
    before.forEach(
        (layer, error) ->
            effects.add(
                new Effect(
                    id(),
                    layer,
                    Effect.Quantity.MEAN_ERROR,
                    error,
                    greatestDifference(
                        Optional.ofNullable(exact.get(layer)).orElseThrow(), Optional.ofNullable(left.get(layer)).orElseThrow()))));
    return subject.withRounded(corrected, Map.of()).plus(effects);
  }

  private static double greatestDifference(double[] wanted, double[] found) {
    double greatest = 0;
    for (int c = 0; c < wanted.length; c++) {
      greatest = Math.max(greatest, Math.abs(wanted[c] - found[c]));
    }
    return greatest;
  }

  /** The mean input rows of each layer, for each group, from BatchNormalization; padding is not taken into account. */
  private static Map<String, double[][]> expected(Subject subject) {
    ExpectedInputs inputs = new ExpectedInputs(subject.reference().graph(), subject.outputs());
    Map<String, double[][]> means = new HashMap<>();
    for (Layer layer : subject.layers()) {
      WeightLayout layout = WeightLayout.of(layer);
      inputs
          .of(subject.exact(layer).input())
          .filter(moments -> moments.mean().length == layout.inputs())
          .ifPresent(
              moments -> {
                double[][] rows = new double[layout.groups()][layout.columns()];
                int perGroup = layout.outputs() / layout.groups();
                for (int g = 0; g < rows.length; g++) {
                  for (int k = 0; k < rows[g].length; k++) {
                    rows[g][k] = moments.mean()[layout.input(g * perGroup, k)];
                  }
                }
                means.put(layer.name(), rows);
              });
    }
    return means;
  }

  private Subject corrected(Subject subject, Map<String, double[][]> means) {
    Graph graph = subject.model().graph();
    LayerBias biases = new LayerBias(graph);
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<Effect> effects = new ArrayList<>();
    for (Layer layer : subject.layers()) {
      Optional<String> bias = biases.of(layer);
      Optional<Rounding> rounding = Rounding.of(subject, layer);
      double[][] mean = means.get(layer.name());
      if (bias.isEmpty() || rounding.isEmpty() || mean == null) {
        continue;
      }
      WeightLayout layout = rounding.get().layout();
      float[] exact = subject.reference().weights(layer).floats();
      float[] quantized = rounding.get().nearest();
      float[] values = graph.constant(bias.get()).floats();
      double greatest = 0;
      double left = 0;
      for (int o = 0; o < layout.outputs(); o++) {
        double shift = 0;
        for (int k = 0; k < layout.columns(); k++) {
          int at = layout.index(o, k);
          shift += ((double) quantized[at] - exact[at]) * mean[layout.group(o)][k];
        }
        float old = values[o];
        values[o] = (float) (old - shift);
        greatest = Math.max(greatest, Math.abs(shift));
        // What float32 cannot say of the bias: these means are expected, not measured.
        left = Math.max(left, Math.abs(values[o] - old + shift));
      }
      constants.put(bias.get(), Tensor.ofFloats(graph.constant(bias.get()).shape(), values));
      effects.add(new Effect(id(), layer.name(), Effect.Quantity.MEAN_ERROR, greatest, left));
    }
    return subject.withRounded(constants, Map.of()).plus(effects);
  }
}
