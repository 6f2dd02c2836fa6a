package io.bitloupe.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A network: nodes in topological order, and the constants that they read.
 *
 * @param name the file's name for the graph
 * @param inputs inputs that the caller must give, initializers not among them
 * @param outputs results
 * @param nodes operators, each after the ones that it reads from
 * @param initializers constants by tensor name, in file order
 * @param opsets version of each operator set by domain, ONNX's own under the empty string
 * @param metadata key-value pairs of the file
 */
public record Graph(
    String name,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<Node> nodes,
    Map<String, Tensor> initializers,
    Map<String, Integer> opsets,
    Map<String, String> metadata) {

  /** Copies the collections, keeping their order. */
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
    opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** Version of ONNX's own operator set. */
  public int opset() {
    return opsets.getOrDefault("", 1);
  }

  /** Whether {@code tensor} is a constant of this graph. */
  public boolean isConstant(String tensor) {
    return initializers.containsKey(tensor);
  }

  /**
   * The constant {@code tensor}.
   *
   * @throws NoSuchElementException when it is none
   */
  public Tensor constant(String tensor) {
    Tensor value = initializers.get(tensor);
    if (value == null) {
      throw new NoSuchElementException("no constant " + tensor);
    }
    return value;
  }

  /** The value of {@code tensor}, where it is a constant of this graph. */
  public Optional<Tensor> findConstant(String tensor) {
    return Optional.ofNullable(initializers.get(tensor));
  }

  /** This graph with other nodes and constants. */
  public Graph with(List<Node> nodes, Map<String, Tensor> initializers) {
    return new Graph(name, inputs, outputs, nodes, initializers, opsets, metadata);
  }

  /** This graph with other results. */
  public Graph withOutputs(List<ValueInfo> outputs) {
    return new Graph(name, inputs, outputs, nodes, initializers, opsets, metadata);
  }

  /** This graph with other operator set versions. */
  public Graph withOpsets(Map<String, Integer> opsets) {
    return new Graph(name, inputs, outputs, nodes, initializers, opsets, metadata);
  }

  /** This graph with other metadata. */
  public Graph withMetadata(Map<String, String> metadata) {
    return new Graph(name, inputs, outputs, nodes, initializers, opsets, metadata);
  }
}
