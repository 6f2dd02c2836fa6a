package io.bitloupe.exec;

import io.bitloupe.model.Tensor;
import java.util.Map;

/**
 * Something that runs a model. {@link #run} uses the calling thread only and may be called from several threads at once: who
 * wants both cores busy runs two batches.
 */
public interface ModelRuntime extends AutoCloseable {

  /**
   * Runs {@code samples} samples.
   *
   * @param inputs a tensor for each model input, samples along the leading dimension
   * @return the model's outputs, then the tensors that this runtime was asked to tap, by name, samples along the leading dimension
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs, int samples);

  /** Frees native memory. A closed runtime must not be used again. */
  @Override
  void close();
}
