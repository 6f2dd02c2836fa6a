package io.bitloupe.engine;

import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.SimulatedRuntime;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.Layer;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The layers whose outputs the runtime under measurement does not show: those in float islands, and all of them where ONNX Runtime
 * runs the whole graph. Their outputs are read from the simulated runtime, which computes the same QDQ graph. Thread-safe.
 */
final class TappedLayers implements AutoCloseable {
  private final LoweredGraph lowered;
  private final Set<String> outputs;
  private Optional<SimulatedRuntime> opened = Optional.empty();

  TappedLayers(LoweredGraph lowered, RuntimeKind kind) {
    this.lowered = lowered;
    Set<String> shown =
        kind == RuntimeKind.INTEGER
            ? lowered.integerSteps().stream().map(IntegerStep::output).collect(Collectors.toUnmodifiableSet())
            : Set.of();
    this.outputs =
        lowered.model().layers().stream().map(Layer::output).filter(it -> !shown.contains(it)).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The noise of these layers by the name of their outputs.
   *
   * @param inputs inputs of the model
   * @param reference float outputs of the layers for the same samples
   */
  Map<String, SignalNoise> measure(Map<String, Tensor> inputs, int samples, Map<String, Tensor> reference) {
    if (outputs.isEmpty()) {
      return Map.of();
    }
    Map<String, Tensor> answered = runtime().run(inputs, samples);
    Map<String, SignalNoise> noise = new HashMap<>();
    for (String output : outputs) {
      Optional<Tensor> exact = Optional.ofNullable(reference.get(output));
      Optional<Tensor> actual = Optional.ofNullable(answered.get(output));
      if (exact.isPresent() && actual.isPresent() && isComparable(exact.get(), actual.get())) {
        SignalNoise one = new SignalNoise();
        one.add(exact.get().floats(), actual.get().floats(), 1);
        noise.put(output, one);
      }
    }
    return noise;
  }

  /** Lengths that depend on the values, or on how many samples ran together, have nothing to compare with. */
  private static boolean isComparable(Tensor exact, Tensor actual) {
    return exact.type() == DataType.FLOAT && actual.type() == DataType.FLOAT && exact.shape().equals(actual.shape());
  }

  private synchronized SimulatedRuntime runtime() {
    SimulatedRuntime runtime = opened.orElseGet(() -> new SimulatedRuntime(lowered, outputs));
    opened = Optional.of(runtime);
    return runtime;
  }

  @Override
  public synchronized void close() {
    opened.ifPresent(SimulatedRuntime::close);
  }
}
