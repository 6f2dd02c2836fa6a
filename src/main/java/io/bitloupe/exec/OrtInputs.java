package io.bitloupe.exec;

import ai.onnxruntime.OnnxTensor;
import io.bitloupe.model.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Inputs of runs in ONNX Runtime, in memory that is given back when they are closed: that of direct buffers would wait for the
 * garbage collector, which does not see it fill up. Used and closed by one thread.
 */
final class OrtInputs implements AutoCloseable {

  private final Arena arena = Arena.ofConfined();
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

  /** Adds an input; see {@link OrtSessions#toOnnx}. */
  OrtInputs with(String name, Tensor tensor) {
    tensors.put(name, OrtSessions.toOnnx(tensor, arena));
    return this;
  }

  /** The inputs by name. */
  Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    arena.close();
  }
}
