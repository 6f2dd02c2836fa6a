package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * Layers that share an input whose channels can be divided by positive factors before it is written, their weights being
 * multiplied by them: what writes the input is a LayerNormalization, a product with a constant by channel, or a layer before
 * operators that commute with the factors.
 *
 * @param layers the readers of the input, all of them
 * @param divisors constants that the factors divide, each element by the factor of its channel
 * @param producer the layer whose output channels are divided; empty where the constants are all
 * @param channels number of factors
 */
record InputScaling(List<Layer> layers, List<String> divisors, Optional<ScalePair> producer, int channels) {

  /** Copies the lists. */
  InputScaling {
    layers = List.copyOf(layers);
    divisors = List.copyOf(divisors);
  }

  /** All scalings that {@code subject} allows, in the order of the graph. */
  static List<InputScaling> find(Subject subject) {
    Graph graph = subject.model().graph();
    GraphIndex index = new GraphIndex(graph);
    List<Layer> layers = subject.layers();
    Map<String, List<Layer>> byInput = new LinkedHashMap<>();
    layers.forEach(layer -> byInput.computeIfAbsent(layer.input(), _ -> new ArrayList<>()).add(layer));
    Map<String, ScalePair> pairs = new LinkedHashMap<>();
    ScalePair.find(graph, layers).stream()
        .filter(pair -> pair.clamps().isEmpty())
        .forEach(pair -> pairs.put(pair.second().input(), pair));
    List<InputScaling> found = new ArrayList<>();
    byInput.forEach(
        (input, readers) -> {
          int channels = WeightLayout.of(readers.getFirst()).inputs();
          ScalePair pair = pairs.get(input);
          if (pair != null && WeightLayout.of(pair.first()).outputs() == channels) {
            Optional<String> bias = new LayerBias(graph).of(pair.first());
            if (bias.isPresent() || pair.first().bias().isEmpty()) {
              found.add(new InputScaling(readers, bias.map(List::of).orElse(List.of()), Optional.of(pair), channels));
            }
          } else if (index.consumers(input).size() == readers.size() && !index.isOutput(input)) {
            normalization(graph, index, input, channels)
                .ifPresent(divisors -> found.add(new InputScaling(readers, divisors, Optional.empty(), channels)));
          }
        });
    return found;
  }

  /** The constants by channel of the normalization that writes {@code tensor}, used by nobody else. */
  private static Optional<List<String>> normalization(Graph graph, GraphIndex index, String tensor, int channels) {
    Optional<Node> writer = index.producer(tensor);
    List<String> constants = new ArrayList<>();
    if (writer.filter(node -> node.is("LayerNormalization")).isPresent()) {
      constants.addAll(writer.get().inputs().stream().skip(1).filter(name -> !name.isEmpty()).toList());
    } else if (writer.filter(node -> node.is("Add")).isPresent()) {
      Optional<String> shift = constant(graph, writer.get());
      Optional<Node> product =
          writer.get().inputs().stream()
              .filter(name -> index.onlyConsumer(name).isPresent())
              .flatMap(name -> index.producer(name).stream())
              .filter(node -> node.is("Mul"))
              .findFirst();
      Optional<String> scale = product.flatMap(node -> constant(graph, node));
      if (shift.isEmpty() || scale.isEmpty()) {
        return Optional.empty();
      }
      constants.addAll(List.of(scale.get(), shift.get()));
    }
    boolean own =
        !constants.isEmpty()
            && constants.stream()
                .allMatch(name -> index.consumers(name).size() == 1 && graph.isConstant(name) && fits(graph.constant(name), channels));
    return own ? Optional.of(constants) : Optional.empty();
  }

  private static Optional<String> constant(Graph graph, Node node) {
    return node.inputs().stream().filter(graph::isConstant).findFirst();
  }

  private static boolean fits(Tensor tensor, int channels) {
    return tensor.shape().rank() > 0 && tensor.shape().dim(-1) == channels && tensor.elements() == channels;
  }

  /** The constants once the input was divided by {@code factors}, by name. */
  Map<String, Tensor> apply(Graph graph, double[] factors) {
    Map<String, Tensor> changed = new LinkedHashMap<>();
    for (String name : divisors) {
      changed.put(name, map(graph.constant(name), i -> 1 / factors[i]));
    }
    producer.ifPresent(
        pair -> {
          WeightLayout layout = WeightLayout.of(pair.first());
          double[] byElement = new double[layout.outputs() * layout.columns()];
          for (int o = 0; o < layout.outputs(); o++) {
            for (int k = 0; k < layout.columns(); k++) {
              byElement[layout.index(o, k)] = 1 / factors[o];
            }
          }
          String name = pair.first().weight().orElseThrow();
          changed.put(name, map(graph.constant(name), i -> byElement[i]));
        });
    for (Layer layer : layers) {
      double[] byElement = byElement(WeightLayout.of(layer), factors);
      String name = layer.weight().orElseThrow();
      changed.put(name, map(graph.constant(name), i -> byElement[i]));
    }
    return changed;
  }

  /** The factor of the input channel that each weight meets, in memory order. */
  static double[] byElement(WeightLayout layout, double[] factors) {
    double[] byElement = new double[layout.outputs() * layout.columns()];
    for (int o = 0; o < layout.outputs(); o++) {
      for (int k = 0; k < layout.columns(); k++) {
        byElement[layout.index(o, k)] = factors[layout.input(o, k)];
      }
    }
    return byElement;
  }

  private static Tensor map(Tensor tensor, IntToDoubleFunction factor) {
    float[] values = tensor.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor.applyAsDouble(i));
    }
    return Tensor.ofFloats(tensor.shape(), values);
  }

  /** Greatest magnitude of the weights that meet each input channel, over all layers. */
  double[] weightPeaks(Graph graph) {
    double[] peaks = new double[channels];
    for (Layer layer : layers) {
      WeightLayout layout = WeightLayout.of(layer);
      float[] weights = graph.constant(layer.weight().orElseThrow()).floats();
      for (int o = 0; o < layout.outputs(); o++) {
        for (int k = 0; k < layout.columns(); k++) {
          int channel = layout.input(o, k);
          peaks[channel] = Math.max(peaks[channel], Math.abs(weights[layout.index(o, k)]));
        }
      }
    }
    return peaks;
  }
}
