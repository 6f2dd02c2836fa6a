package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/** Follows what BatchNormalization tells of tensors through clamps, additions and averages, to other tensors. */
final class ExpectedInputs {

  private final Graph graph;
  private final GraphIndex index;
  private final Map<String, ChannelMoments> told;
  private final Map<String, Optional<ChannelMoments>> found = new HashMap<>();

  ExpectedInputs(Graph graph, Map<String, ChannelMoments> told) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.told = told;
  }

  /** Moments of the channels of {@code tensor}; empty where they are not known. */
  Optional<ChannelMoments> of(String tensor) {
    Optional<ChannelMoments> known = found.get(tensor);
    if (known == null) {
      known = Optional.ofNullable(told.get(tensor)).or(() -> index.producer(tensor).flatMap(this::through));
      found.put(tensor, known);
    }
    return known;
  }

  private Optional<ChannelMoments> through(Node node) {
    if (node.is("Relu")) {
      return of(node.inputs().getFirst()).map(x -> clamped(x, RectifiedNormal::mean, RectifiedNormal::meanSquare));
    }
    if (ScalePair.isReluLike(node, graph)) {
      double m = ScalePair.bound(node, 2, graph, Float.MAX_VALUE);
      return of(node.inputs().getFirst())
          .map(
              x ->
                  clamped(
                      x, (b, g) -> RectifiedNormal.clippedMean(b, g, m), (b, g) -> RectifiedNormal.clippedMeanSquare(b, g, m)));
    }
    if (node.is("Add")) {
      Optional<ChannelMoments> a = of(node.inputs().get(0));
      Optional<ChannelMoments> b = of(node.inputs().get(1));
      return a.flatMap(x -> b.filter(y -> y.mean().length == x.mean().length).map(y -> sum(x, y)));
    }
    if (node.is("GlobalAveragePool") || node.is("AveragePool") || node.is("Flatten") || node.is("Identity")) {
      return of(node.inputs().getFirst());
    }
    return Optional.empty();
  }

  private static ChannelMoments clamped(ChannelMoments x, DoubleBinaryOperator mean, DoubleBinaryOperator meanSquare) {
    double[] m = new double[x.mean().length];
    double[] d = new double[m.length];
    for (int c = 0; c < m.length; c++) {
      m[c] = mean.applyAsDouble(x.mean()[c], x.deviation()[c]);
      d[c] = Math.sqrt(Math.max(0, meanSquare.applyAsDouble(x.mean()[c], x.deviation()[c]) - m[c] * m[c]));
    }
    return new ChannelMoments(m, d);
  }

  /** The sum of two tensors that are taken to be independent. */
  private static ChannelMoments sum(ChannelMoments x, ChannelMoments y) {
    double[] m = new double[x.mean().length];
    double[] d = new double[m.length];
    Arrays.setAll(m, c -> x.mean()[c] + y.mean()[c]);
    Arrays.setAll(d, c -> Math.hypot(x.deviation()[c], y.deviation()[c]));
    return new ChannelMoments(m, d);
  }
}
