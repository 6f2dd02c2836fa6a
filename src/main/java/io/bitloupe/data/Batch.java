package io.bitloupe.data;

import io.bitloupe.model.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Some neighbouring samples, ready for a model.
 *
 * @param first index of the first sample in the data set it was taken from
 * @param size number of samples
 * @param inputs a tensor for each model input, samples along the leading dimension
 * @param labels class of each sample, as an index of the model's outputs; empty when the data has none; never modified
 */
public record Batch(int first, int size, Map<String, Tensor> inputs, int[] labels) {
  /** Copies the map. */
  public Batch {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }
}
