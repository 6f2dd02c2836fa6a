package io.bitloupe.method;

import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Moments of layers' outputs that BatchNormalization tells without any data: channels have the mean β and the standard deviation
 * |γ| (Nagel et al. 2019, 3.3).
 */
final class BatchNormMoments {

  private BatchNormMoments() {}

  /** Moments by the name of the layer's output before its clamp. */
  static Map<String, ChannelMoments> of(Model model) {
    Map<String, Node> norms = new HashMap<>();
    model.original().nodes().stream().filter(node -> node.is("BatchNormalization")).forEach(node -> norms.put(node.output(), node));
    Map<String, ChannelMoments> moments = new LinkedHashMap<>();
    for (Layer layer : model.layers()) {
      Optional.ofNullable(norms.get(layer.node().output()))
          .flatMap(norm -> moments(model, norm))
          .filter(found -> found.mean().length == layer.outputChannels())
          .ifPresent(found -> moments.put(layer.node().output(), found));
    }
    return moments;
  }

  private static Optional<ChannelMoments> moments(Model model, Node norm) {
    Optional<Tensor> gamma = norm.input(1).flatMap(model.original()::findConstant);
    Optional<Tensor> beta = norm.input(2).flatMap(model.original()::findConstant);
    if (gamma.isEmpty() || beta.isEmpty()) {
      return Optional.empty();
    }
    double[] deviation = doubles(gamma.get());
    for (int c = 0; c < deviation.length; c++) {
      deviation[c] = Math.abs(deviation[c]);
    }
    return Optional.of(new ChannelMoments(doubles(beta.get()), deviation));
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = tensor.floats();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
