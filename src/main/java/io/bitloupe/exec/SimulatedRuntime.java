package io.bitloupe.exec;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The QDQ graph in ONNX Runtime without optimizations: every operator computes in float on dequantized values. It runs what
 * integers cannot express. Dynamic ranges are those of one sample, so graphs that have them run sample by sample.
 */
public final class SimulatedRuntime implements ModelRuntime {

  private final OrtRuntime runtime;

  /** Opens {@code lowered} for runs on one thread each. */
  public SimulatedRuntime(LoweredGraph lowered) {
    this(lowered, Set.of());
  }

  /** Opens {@code lowered}; {@code taps} are quantized activations to return besides the results, dequantized. */
  public SimulatedRuntime(LoweredGraph lowered, Set<String> taps) {
    QdqGraph qdq = QdqGraphBuilder.build(lowered);
    Map<String, String> tapped = new LinkedHashMap<>();
    taps.forEach(tensor -> tapped.put(tensor, qdq.views().getOrDefault(tensor, tensor)));
    this.runtime =
        new OrtRuntime(lowered.model(), qdq.graph(), tapped, OptLevel.NO_OPT, OrtRuntime.most(lowered), 1);
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
