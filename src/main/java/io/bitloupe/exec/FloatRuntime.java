package io.bitloupe.exec;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

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
    this(new OrtRuntime(model, model.graph(), OrtRuntime.identity(taps), OptLevel.ALL_OPT, OrtRuntime.ALL, threads));
  }

  /**
   * Opens {@code model} for runs on one thread each, of at most {@code most} samples at once whatever is asked for: what is
   * computed on the way takes as much memory as so many samples need.
   */
  public static FloatRuntime inParts(Model model, Set<String> taps, int most) {
    return new FloatRuntime(new OrtRuntime(model, model.graph(), OrtRuntime.identity(taps), OptLevel.ALL_OPT, most, 1));
  }

  private FloatRuntime(OrtRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Opens {@code model} for runs on one thread each that return {@code tensors} alone. Every floating-point tensor is computed on
   * its own, whichever are asked for: ONNX Runtime fuses what nobody can ask for, and rounds differently then.
   */
  public static FloatRuntime unfused(Model model, Set<String> tensors) {
    Set<String> all =
        model.tensors().values().stream()
            .filter(info -> info.type() == DataType.FLOAT)
            .map(TensorInfo::name)
            .collect(Collectors.toUnmodifiableSet());
    OrtRuntime runtime = new OrtRuntime(model, model.graph(), OrtRuntime.identity(all), OptLevel.ALL_OPT, OrtRuntime.ALL, 1);
    return new FloatRuntime(runtime.returning(tensors));
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, int samples) {
    return runtime.run(inputs, samples);
  }

  /** As {@link #run(Map, int)}, handing over one tensor after the other, so that no more than one needs to be held. */
  public void run(Map<String, Tensor> inputs, int samples, BiConsumer<String, Tensor> sink) {
    runtime.run(inputs, samples, sink);
  }

  @Override
  public void close() {
    runtime.close();
  }
}
