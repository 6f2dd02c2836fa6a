package io.bitloupe.exec;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import java.util.Map;

/** The exported QDQ file in ONNX Runtime with all optimizations: what is deployed. */
public final class OnnxRuntimeQdq implements ModelRuntime {

  private final OrtRuntime runtime;

  /** Opens {@code lowered} for runs on one thread each. */
  public OnnxRuntimeQdq(LoweredGraph lowered) {
    this(lowered, 1);
  }

  /**
   * Opens {@code lowered}.
   *
   * @param threads threads that one run uses, the calling one included
   */
  public OnnxRuntimeQdq(LoweredGraph lowered, int threads) {
    this(lowered, QdqGraphBuilder.build(lowered), Map.of(), threads);
  }

  /** Opens a graph that is written already, with tensors of it to return besides the results, by the name to return them under. */
  OnnxRuntimeQdq(LoweredGraph lowered, QdqGraph qdq, Map<String, String> taps, int threads) {
    this.runtime = new OrtRuntime(lowered.model(), qdq.graph(), taps, OptLevel.ALL_OPT, OrtRuntime.most(lowered), threads);
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, int samples) {
    return runtime.run(inputs, samples);
  }

  @Override
  public void close() {
    runtime.close();
  }
}
