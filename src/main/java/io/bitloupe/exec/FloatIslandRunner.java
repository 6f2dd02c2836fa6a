package io.bitloupe.exec;

import io.bitloupe.model.Tensor;
import java.util.Map;

/** Runs one float island. May be called from several threads at once. */
public interface FloatIslandRunner extends AutoCloseable {

  /**
   * Runs the island.
   *
   * @param inputs the tensors that it reads from outside, samples along the leading dimension
   * @param samples number of samples
   * @return the tensors that it hands on, by name
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs, int samples);

  @Override
  void close();
}
