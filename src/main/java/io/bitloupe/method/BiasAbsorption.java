package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bias absorption (Nagel et al. 2019, 4.1.3): where a channel before a Relu is nearly always above {@code c = max(0, β - 3γ)},
 * c moves on: {@code b1 -= c, b2 += W2 c}. Exact for values of at least c, which are 99.865 % of a normal distribution. Only
 * into layers without padding, whose sums see c at every place.
 */
final class BiasAbsorption implements Method {

  private static final double DEVIATIONS = 3;

  @Override
  public String id() {
    return "bias-absorption";
  }

  @Override
  public Set<String> settings() {
    return Set.of();
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    subject.requireAlike(id());
    Graph graph = subject.model().graph();
    LayerBias biases = new LayerBias(graph);
    Map<String, Tensor> constants = new LinkedHashMap<>();
    Map<String, ChannelMoments> moments = new LinkedHashMap<>(subject.outputs());
    List<Effect> effects = new ArrayList<>();
    for (ScalePair pair : ScalePair.find(graph, subject.layers())) {
      Optional<ChannelMoments> known = Optional.ofNullable(moments.get(pair.first().node().output()));
      Optional<String> b1 = biases.of(pair.first());
      Optional<String> b2 = biases.of(pair.second());
      boolean relu = !pair.between().isEmpty() && pair.between().stream().allMatch(node -> node.is("Relu"));
      if (!relu || known.isEmpty() || b1.isEmpty() || b2.isEmpty() || ConstantChannels.isPadded(pair.second())) {
        continue;
      }
      double[] c = absorbed(known.get());
      float[] first = values(b1.get(), constants, graph);
      float[] second = values(b2.get(), constants, graph);
      double before = greatest(first);
      for (int i = 0; i < first.length; i++) {
        first[i] = (float) (first[i] - c[i]);
      }
      WeightLayout layout = WeightLayout.of(pair.second());
      float[] weights = subject.model().weights(pair.second()).floats();
      for (int o = 0; o < second.length; o++) {
        double sum = 0;
        for (int k = 0; k < layout.columns(); k++) {
          sum += weights[layout.index(o, k)] * c[pair.channel(layout.input(o, k))];
        }
        second[o] = (float) (second[o] + sum);
      }
      constants.put(b1.get(), Tensor.ofFloats(graph.constant(b1.get()).shape(), first));
      constants.put(b2.get(), Tensor.ofFloats(graph.constant(b2.get()).shape(), second));
      moments.put(pair.first().node().output(), known.get().minus(c));
      effects.add(new Effect(id(), pair.first().name(), Effect.Quantity.BIAS, before, greatest(first)));
    }
    return subject.withConstants(constants).withOutputs(moments).plus(effects);
  }

  /** c of each channel. */
  static double[] absorbed(ChannelMoments moments) {
    double[] c = new double[moments.mean().length];
    Arrays.setAll(c, i -> Math.max(0, moments.mean()[i] - DEVIATIONS * moments.deviation()[i]));
    return c;
  }

  private static float[] values(String name, Map<String, Tensor> changed, Graph graph) {
    return Optional.ofNullable(changed.get(name)).orElseGet(() -> graph.constant(name)).floats();
  }

  private static double greatest(float[] values) {
    double greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }
}
