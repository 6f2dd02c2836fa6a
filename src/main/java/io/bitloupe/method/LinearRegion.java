package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tensors that are written by layers, added to each other and read by layers, with nothing between that is not linear in the
 * channels: any orthogonal change of the channels can go into the writers and its inverse into the readers. The residual stream
 * between linear bottlenecks is one; so are the values of an attention, whose heads keep their channels together.
 *
 * @param tensors names
 * @param writers layers whose output channels they hold
 * @param readers layers whose input channels they are
 * @param biases constants by channel that are added to them, beside the biases of writers
 * @param channels number of channels
 * @param together neighbouring channels that stay neighbours everywhere
 */
record LinearRegion(Set<String> tensors, List<Layer> writers, List<Layer> readers, Set<String> biases, int channels, int together) {

  /** All regions among {@code subject}'s layers with at least one writer and one reader, in the order of the graph. */
  static List<LinearRegion> find(Subject subject) {
    Finder finder = new Finder(subject);
    List<LinearRegion> regions = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Layer layer : subject.layers()) {
      if (!seen.contains(layer.node().output())) {
        Optional<LinearRegion> region = finder.from(layer);
        region.ifPresent(found -> seen.addAll(found.tensors()));
        region.filter(found -> !found.readers().isEmpty()).ifPresent(regions::add);
      }
    }
    return regions;
  }

  /** Grows a region from a layer's output until it is closed or found not to be linear. */
  private static final class Finder {

    private final Subject subject;
    private final Graph graph;
    private final GraphIndex index;
    private final Map<String, Layer> byOutput = new HashMap<>();

    Finder(Subject subject) {
      this.subject = subject;
      graph = subject.model().graph();
      index = new GraphIndex(graph);
      subject.layers().forEach(layer -> byOutput.put(layer.node().output(), layer));
    }

    Optional<LinearRegion> from(Layer start) {
      int channels = WeightLayout.of(start).outputs();
      Growth growth = new Growth(channels);
      growth.add(start.node().output());
      while (!growth.open.isEmpty()) {
        String tensor = growth.open.remove();
        if (index.isOutput(tensor) || !writtenWithin(tensor, growth) || !readWithin(tensor, growth)) {
          return Optional.empty();
        }
      }
      return Optional.of(
          new LinearRegion(growth.tensors, growth.writers, growth.readers, growth.biases, channels, growth.together));
    }

    private boolean writtenWithin(String tensor, Growth growth) {
      Optional<Node> writer = index.producer(tensor);
      if (writer.isEmpty()) {
        return false;
      }
      Layer layer = byOutput.get(tensor);
      if (layer != null) {
        boolean own = layer.bias().isEmpty() || new LayerBias(graph).of(layer).isPresent() || layer.kind() == LayerKind.MATMUL;
        boolean plain = WeightLayout.of(layer).groups() == 1 && WeightLayout.of(layer).outputs() == growth.channels;
        growth.writers.add(layer);
        return own && plain;
      }
      return passes(writer.get(), growth);
    }

    private boolean readWithin(String tensor, Growth growth) {
      for (Node reader : index.consumers(tensor)) {
        Layer layer = byOutput.get(reader.output());
        if (layer != null && layer.input().equals(tensor)) {
          WeightLayout layout = WeightLayout.of(layer);
          if (layout.groups() != 1 || layout.inputs() != growth.channels) {
            return false;
          }
          growth.readers.add(layer);
        } else if (!passes(reader, growth)) {
          return false;
        }
      }
      return true;
    }

    /** Takes what {@code node} reads and writes into the region, if it commutes with a change of the channels. */
    private boolean passes(Node node, Growth growth) {
      if (node.is("Add")) {
        return adds(node, growth);
      }
      if (node.is("GlobalAveragePool") || node.is("Identity")) {
        growth.add(node.inputs().getFirst());
        growth.add(node.output());
        return true;
      }
      return false;
    }

    private boolean adds(Node node, Growth growth) {
      List<String> constants = node.inputs().stream().filter(graph::isConstant).toList();
      if (constants.size() == 1) {
        String constant = constants.getFirst();
        Tensor value = graph.constant(constant);
        boolean byChannel = value.elements() == growth.channels && index.consumers(constant).size() == 1;
        growth.biases.add(constant);
        node.inputs().stream().filter(name -> !name.equals(constant)).forEach(growth::add);
        growth.add(node.output());
        return byChannel && value.shape().rank() <= 1;
      }
      Optional<Shape> shape = shape(node.output());
      boolean same = node.inputs().stream().allMatch(name -> shape(name).equals(shape));
      node.inputs().forEach(growth::add);
      growth.add(node.output());
      return same && constants.isEmpty();
    }

    private Optional<Shape> shape(String tensor) {
      return Optional.ofNullable(subject.model().tensors().get(tensor)).map(TensorInfo::shape);
    }
  }

  /** A region while it grows. */
  private static final class Growth {
    private final Set<String> tensors = new LinkedHashSet<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Layer> writers = new ArrayList<>();
    private final List<Layer> readers = new ArrayList<>();
    private final Set<String> biases = new LinkedHashSet<>();
    private final int channels;
    private final int together;

    Growth(int channels) {
      this.channels = channels;
      this.together = channels;
    }

    void add(String tensor) {
      if (tensors.add(tensor)) {
        open.add(tensor);
      }
    }
  }
}
