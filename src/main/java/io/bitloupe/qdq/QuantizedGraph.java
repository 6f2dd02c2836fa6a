package io.bitloupe.qdq;

import io.bitloupe.model.Graph;
import io.bitloupe.model.StoredCodes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file that is quantized already says: the network in float, and how it holds its tensors.
 *
 * @param graph the network without quantization; a weight is what its codes stand for
 * @param stored how the file holds weights and activations, by their names in {@code graph}
 * @param notes one sentence each on what was understood and what was not
 */
public record QuantizedGraph(Graph graph, Map<String, StoredCodes> stored, List<String> notes) {

  /** Copies the collections. */
  public QuantizedGraph {
    stored = Collections.unmodifiableMap(new LinkedHashMap<>(stored));
    notes = List.copyOf(notes);
  }
}
