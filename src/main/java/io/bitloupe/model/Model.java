package io.bitloupe.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model as Bitloupe works on it.
 *
 * @param path the file
 * @param sha256 digest of the file, hexadecimal
 * @param original the graph as in the file, upgraded but not folded; of a quantized file the float network that it stands for
 * @param graph constants folded, BatchNorm folded where possible; what layers, configurations and runtimes refer to
 * @param tensors every computed tensor of {@code graph}, and its inputs, by name
 * @param layers quantizable nodes in topological order
 * @param batchable whether the graph accepts more than one sample at a time
 * @param notes one sentence each for what was changed or cannot be quantized (folded BatchNorm, control flow, LSTM ...)
 * @param stored how the file holds weights and activations as codes, by name; empty for a model in float
 */
public record Model(
    Path path,
    String sha256,
    Graph original,
    Graph graph,
    Map<String, TensorInfo> tensors,
    List<Layer> layers,
    boolean batchable,
    List<String> notes,
    Map<String, StoredCodes> stored) {

  /** Copies the collections. */
  public Model {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    layers = List.copyOf(layers);
    notes = List.copyOf(notes);
    stored = Collections.unmodifiableMap(new LinkedHashMap<>(stored));
  }

  /** A model in float. */
  public Model(
      Path path,
      String sha256,
      Graph original,
      Graph graph,
      Map<String, TensorInfo> tensors,
      List<Layer> layers,
      boolean batchable,
      List<String> notes) {
    this(path, sha256, original, graph, tensors, layers, batchable, notes, Map.of());
  }

  /** File name without its folder. */
  public String fileName() {
    return String.valueOf(path.getFileName());
  }

  /**
   * What is known of the computed tensor {@code tensor}.
   *
   * @throws java.util.NoSuchElementException when there is none of that name
   */
  public TensorInfo tensor(String tensor) {
    return Optional.ofNullable(tensors.get(tensor)).orElseThrow();
  }

  /** The layer that owns the initializer {@code weight}. */
  public Optional<Layer> layerOfWeight(String weight) {
    return layers.stream().filter(layer -> layer.weight().filter(weight::equals).isPresent()).findFirst();
  }

  /** The weights of {@code layer}, in the layout of its node. */
  public Tensor weights(Layer layer) {
    return graph.constant(layer.weight().orElseThrow());
  }

  /** Number of weights: the elements of all real-valued constants, shared ones counted once, but not scalars: bounds and factors. */
  public long parameters() {
    return graph.initializers().values().stream()
        .filter(constant -> constant.type().isFloatingPoint() && constant.shape().rank() > 0)
        .mapToLong(constant -> constant.shape().elements())
        .sum();
  }

  /** Multiply-accumulates of all layers for one sample. */
  public long macs() {
    return layers.stream().mapToLong(Layer::macs).sum();
  }
}
