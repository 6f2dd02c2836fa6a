package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Cross-layer equalization (Nagel et al. 2019, 4.1): a positive factor for each channel moves from one layer into the next,
 * {@code W1[c] /= s, b1[c] /= s, W2[c] *= s} with {@code s = √(r1 r2) / r2}, r being the greatest magnitude of a channel's
 * weights; afterwards both are √(r1 r2). Channels without weights are constants and are folded first ({@link
 * ConstantChannels}). Repeated over all pairs until nothing moves any more. A Relu commutes with the factor; a ReLU6 does not
 * and is replaced by a Relu ({@code relu6=replace}, which changes the float function), becomes a Relu under a cap for each
 * channel ({@code relu6=cap}, which keeps it, and whose caps run in float), or its pair is left alone ({@code relu6=keep}).
 *
 * <p>Ranges of weights become equal at the cost of activations, whose channels are divided by the same factors and share one
 * scale; {@code strength} below 1 leaves {@code s^strength} of every factor.
 */
final class Equalization implements Method {

  private static final double SETTLED = 1e-4;

  @Override
  public String id() {
    return "equalization";
  }

  @Override
  public Set<String> settings() {
    return Set.of("relu6", "strength", "sweeps");
  }

  @Override
  public Subject apply(Subject subject, Settings settings, Progress progress) {
    String relu6 = settings.word("relu6", "replace", "cap", "keep");
    int sweeps = settings.whole("sweeps", 40, 1, 1000);
    double strength = settings.number("strength", 1, 0, 1);
    subject.requireAlike(id());
    List<ScalePair> pairs =
        ScalePair.find(subject.model().graph(), subject.layers()).stream()
            .filter(pair -> !relu6.equals("keep") || pair.clamps().isEmpty())
            .toList();
    Factors factors = new Factors(subject.model());
    pairs.forEach(factors::foldConstants);
    for (int sweep = 0; sweep < sweeps; sweep++) {
      double moved = 0;
      for (ScalePair pair : pairs) {
        progress.checkCancelled();
        moved = Math.max(moved, factors.equalize(pair));
      }
      progress.report(sweep + 1, sweeps);
      if (moved < SETTLED) {
        break;
      }
    }
    pairs.forEach(pair -> factors.soften(pair, strength));
    Subject changed = subject.withConstants(factors.constants()).withOutputs(factors.moments(subject.outputs()));
    Subject result =
        switch (relu6) {
          case "replace" -> withRelu(changed, pairs);
          case "cap" -> withCaps(changed, pairs, factors);
          default -> changed;
        };
    return result.plus(effects(subject, result, pairs));
  }

  private static Subject withRelu(Subject subject, List<ScalePair> pairs) {
    Set<Node> clamps = new HashSet<>();
    pairs.forEach(pair -> clamps.addAll(pair.clamps()));
    List<Node> nodes = new ArrayList<>();
    for (Node node : subject.model().graph().nodes()) {
      nodes.add(
          clamps.contains(node)
              ? Node.of(node.name(), "Relu", List.of(node.inputs().getFirst()), node.outputs(), Map.<String, Attribute>of())
              : node);
    }
    return subject.withNodes(nodes, List.of());
  }

  /** Each Clip from 0 to m becomes a Relu and a Min with m divided by what its channel was divided by. */
  private static Subject withCaps(Subject subject, List<ScalePair> pairs, Factors factors) {
    Map<Node, ScalePair> clamps = new HashMap<>();
    pairs.forEach(pair -> pair.clamps().forEach(clamp -> clamps.put(clamp, pair)));
    List<Node> nodes = new ArrayList<>();
    List<TensorInfo> added = new ArrayList<>();
    Map<String, Tensor> caps = new LinkedHashMap<>();
    Model model = subject.model();
    for (Node node : model.graph().nodes()) {
      ScalePair pair = clamps.get(node);
      if (pair == null) {
        nodes.add(node);
        continue;
      }
      TensorInfo info = model.tensor(node.output());
      String rectified = node.output() + "_rectified";
      String cap = node.output() + "_cap";
      double[] divided = factors.divided(pair.first());
      float[] values = new float[divided.length];
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) (ScalePair.bound(node, 2, model.graph(), Float.MAX_VALUE) / divided[c]);
      }
      int[] shape = new int[Math.max(1, info.shape().rank() - 1)];
      Arrays.fill(shape, 1);
      shape[0] = values.length;
      caps.put(cap, Tensor.ofFloats(Shape.of(shape), values));
      added.add(new TensorInfo(rectified, info.type(), info.shape(), info.batched()));
      nodes.add(Node.of(node.name(), "Relu", List.of(node.inputs().getFirst()), List.of(rectified), Map.<String, Attribute>of()));
      nodes.add(Node.of(node.output() + "_Min", "Min", List.of(rectified, cap), node.outputs(), Map.<String, Attribute>of()));
    }
    return subject.withConstants(caps).withNodes(nodes, added);
  }

  private List<Effect> effects(Subject before, Subject after, List<ScalePair> pairs) {
    Set<Layer> layers = new LinkedHashSet<>();
    pairs.forEach(pair -> layers.addAll(List.of(pair.first(), pair.second())));
    return layers.stream()
        .map(
            layer ->
                new Effect(
                    id(), layer.name(), Effect.Quantity.CHANNEL_SPREAD, spread(before.model(), layer), spread(after.model(), layer)))
        .toList();
  }

  /** Greatest over least range of the output channels that are not all zero. */
  private static double spread(Model model, Layer layer) {
    WeightLayout layout = WeightLayout.of(layer);
    float[] weights = model.weights(layer).floats();
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (int o = 0; o < layout.outputs(); o++) {
      double range = outputRange(layout, weights, o);
      greatest = Math.max(greatest, range);
      least = range > 0 ? Math.min(least, range) : least;
    }
    return greatest == 0 ? 1 : greatest / least;
  }

  private static double outputRange(WeightLayout layout, float[] weights, int output) {
    double range = 0;
    for (int k = 0; k < layout.columns(); k++) {
      range = Math.max(range, Math.abs(weights[layout.index(output, k)]));
    }
    return range;
  }

  /**
   * s of each channel. A channel that is all zero on one side has no range to share; the other side takes the median of those
   * that both sides have, so that it does not set the scale of the tensor.
   */
  static double[] factors(double[] r1, double[] r2) {
    double[] shared =
        IntStream.range(0, r1.length).filter(c -> r1[c] > 0 && r2[c] > 0).mapToDouble(c -> Math.sqrt(r1[c] * r2[c])).sorted().toArray();
    double median = shared.length == 0 ? 0 : shared[shared.length / 2];
    double[] s = new double[r1.length];
    for (int c = 0; c < s.length; c++) {
      if (r1[c] > 0 && r2[c] > 0) {
        s[c] = Math.sqrt(r1[c] * r2[c]) / r2[c];
      } else if (median > 0 && r1[c] > 0) {
        s[c] = r1[c] / median;
      } else {
        s[c] = median > 0 && r2[c] > 0 ? median / r2[c] : 1;
      }
    }
    return s;
  }

  /** Weights and biases while factors move between them. */
  private static final class Factors {

    private final Model model;
    private final LayerBias biases;
    private final Map<String, float[]> weights = new LinkedHashMap<>();
    private final Map<String, float[]> bias = new LinkedHashMap<>();
    /** What each layer's output was divided by in all. */
    private final Map<String, double[]> divided = new LinkedHashMap<>();

    Factors(Model model) {
      this.model = model;
      this.biases = new LayerBias(model.graph());
    }

    /** Equalizes one pair; returns the greatest logarithm of a factor. */
    double equalize(ScalePair pair) {
      WeightLayout first = WeightLayout.of(pair.first());
      WeightLayout second = WeightLayout.of(pair.second());
      float[] w1 = weights(pair.first());
      float[] w2 = weights(pair.second());
      Optional<String> biasName = biases.of(pair.first());
      if (biasName.isEmpty() && pair.first().bias().isPresent()) {
        return 0;
      }
      double[] r2 = new double[first.outputs()];
      for (int o = 0; o < second.outputs(); o++) {
        for (int k = 0; k < second.columns(); k++) {
          int channel = pair.channel(second.input(o, k));
          r2[channel] = Math.max(r2[channel], Math.abs(w2[second.index(o, k)]));
        }
      }
      double[] r1 = new double[first.outputs()];
      Arrays.setAll(r1, c -> outputRange(first, w1, c));
      double[] s = factors(r1, r2);
      move(pair, s);
      return Arrays.stream(s).map(factor -> Math.abs(Math.log(factor))).max().orElse(0);
    }

    /** Leaves {@code s^strength} of each factor s that moved between the layers of {@code pair} in all. */
    void soften(ScalePair pair, double strength) {
      move(pair, Arrays.stream(divided(pair.first())).map(total -> Math.pow(total, strength - 1)).toArray());
    }

    /** Divides the output channels of the first layer by {@code s} and multiplies what reads them. */
    private void move(ScalePair pair, double[] s) {
      WeightLayout first = WeightLayout.of(pair.first());
      WeightLayout second = WeightLayout.of(pair.second());
      float[] w1 = weights(pair.first());
      float[] w2 = weights(pair.second());
      for (int c = 0; c < s.length; c++) {
        for (int k = 0; k < first.columns(); k++) {
          w1[first.index(c, k)] = (float) (w1[first.index(c, k)] / s[c]);
        }
      }
      biases.of(pair.first()).ifPresent(name -> divide(bias(name), s));
      for (int o = 0; o < second.outputs(); o++) {
        for (int k = 0; k < second.columns(); k++) {
          int at = second.index(o, k);
          w2[at] = (float) (w2[at] * s[pair.channel(second.input(o, k))]);
        }
      }
      double[] total = divided.computeIfAbsent(pair.first().node().output(), _ -> ones(s.length));
      for (int c = 0; c < s.length; c++) {
        total[c] *= s[c];
      }
    }

    /** Takes constant channels out of the way before any factor moves; see {@link ConstantChannels}. */
    void foldConstants(ScalePair pair) {
      Optional<String> firstBias = biases.of(pair.first());
      if (firstBias.isPresent()) {
        ConstantChannels.fold(
            pair,
            model.graph(),
            weights(pair.first()),
            bias(firstBias.get()),
            weights(pair.second()),
            biases.of(pair.second()).map(this::bias));
      }
    }

    private float[] bias(String name) {
      return bias.computeIfAbsent(name, n -> model.graph().constant(n).floats());
    }

    /** What the output channels of {@code layer} were divided by in all. */
    double[] divided(Layer layer) {
      return divided.getOrDefault(layer.node().output(), ones(layer.outputChannels()));
    }

    Map<String, Tensor> constants() {
      Map<String, Tensor> constants = new LinkedHashMap<>();
      weights.forEach((name, values) -> constants.put(name, Tensor.ofFloats(model.graph().constant(name).shape(), values)));
      bias.forEach((name, values) -> constants.put(name, Tensor.ofFloats(model.graph().constant(name).shape(), values)));
      return constants;
    }

    Map<String, ChannelMoments> moments(Map<String, ChannelMoments> before) {
      Map<String, ChannelMoments> after = new LinkedHashMap<>();
      before.forEach(
          (tensor, moments) -> {
            double[] factor = divided.get(tensor);
            after.put(tensor, factor == null ? moments : moments.dividedBy(factor));
          });
      return after;
    }

    private float[] weights(Layer layer) {
      return weights.computeIfAbsent(layer.weight().orElseThrow(), name -> model.graph().constant(name).floats());
    }

    private static void divide(float[] values, double[] by) {
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) (values[c] / by[c]);
      }
    }

    private static double[] ones(int length) {
      double[] ones = new double[length];
      Arrays.fill(ones, 1);
      return ones;
    }
  }
}
