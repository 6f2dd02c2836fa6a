package io.bitloupe.onnx;

import io.bitloupe.model.Tensor;
import java.util.Map;

/**
 * Inputs to try a graph on.
 *
 * @param batch number of samples
 * @param base whether only the batch differs from the other base probes; otherwise another symbolic dimension differs too
 * @param inputs a tensor for each input of the graph
 */
public record Probe(int batch, boolean base, Map<String, Tensor> inputs) {
  /** Copies the map. */
  public Probe {
    inputs = Map.copyOf(inputs);
  }
}
