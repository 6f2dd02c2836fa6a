package io.bitloupe.exec;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.util.Map;
import java.util.Set;

/** The float model in ONNX Runtime: the reference of every comparison, and the source of calibration data. */
public final class FloatRuntime implements ModelRuntime {

  private final OrtRuntime runtime;

  /** Opens {@code model} for runs on one thread each; {@code taps} are tensors of it to return besides its results. */
  public FloatRuntime(Model model, Set<String> taps) {
    this(model, taps, 1);
  }

  /**
   * Opens {@code model}.
   *
   * @param taps tensors of the model to return besides its results
   * @param threads threads that one run uses, the calling one included
   */
  public FloatRuntime(Model model, Set<String> taps, int threads) {
    this.runtime = new OrtRuntime(model, model.graph(), OrtRuntime.identity(taps), OptLevel.ALL_OPT, false, threads);
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
