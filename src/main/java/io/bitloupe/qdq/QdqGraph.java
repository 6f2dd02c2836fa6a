package io.bitloupe.qdq;

import io.bitloupe.model.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A lowered graph as ONNX with QuantizeLinear and DequantizeLinear.
 *
 * @param graph the graph; the node of an integer step has the step's name
 * @param codes where the codes of each quantized activation are, by the activation's name
 * @param views where each quantized activation is in float, dequantized, by its name; activations that nobody reads in float are
 *     left out
 * @param notes one sentence for each step that is written in a form that ONNX Runtime cannot fuse, by the step's name
 */
public record QdqGraph(Graph graph, Map<String, Stored> codes, Map<String, String> views, Map<String, String> notes) {

  /**
   * Codes in the file.
   *
   * @param tensor name of the integer tensor
   * @param offset what the file's codes have on top of ours: 128 where signed codes are stored as unsigned ones
   */
  public record Stored(String tensor, int offset) {}

  /** Copies the maps. */
  public QdqGraph {
    codes = Collections.unmodifiableMap(new LinkedHashMap<>(codes));
    views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
    notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
  }

  /** Names of the integer tensors that hold activations. */
  public List<String> codeTensors() {
    return codes.values().stream().map(Stored::tensor).distinct().toList();
  }
}
