package io.bitloupe.engine;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Measured milliseconds for one sample; empty until measured.
 *
 * @param integerRuntime the integer plan of our own, one sample on one thread, a median
 * @param deployed the exported file in ONNX Runtime in turns with the float model, each load once
 */
public record Latency(OptionalDouble integerRuntime, List<DeploymentTiming> deployed) {

  /** Nothing measured. */
  public static final Latency UNKNOWN = new Latency(OptionalDouble.empty(), List.of());

  /** Copies the list. */
  public Latency {
    deployed = List.copyOf(deployed);
  }

  /** What was measured under {@code load}. */
  public Optional<DeploymentTiming> deployed(DeploymentLoad load) {
    return deployed.stream().filter(timing -> timing.load().equals(load)).findFirst();
  }

  /** The exported file in ONNX Runtime, one sample on one thread, a median. */
  public OptionalDouble onnxruntimeQdq() {
    return single(timing -> timing.qdq().median());
  }

  /** The float model in ONNX Runtime, measured in turns with {@link #onnxruntimeQdq}. */
  public OptionalDouble onnxruntimeFloat() {
    return single(timing -> timing.floatModel().median());
  }

  /** How many times as fast as the float model the exported file is, one sample on one thread. */
  public OptionalDouble speedUp() {
    return single(DeploymentTiming::speedUp);
  }

  private OptionalDouble single(ToDoubleFunction<DeploymentTiming> figure) {
    return deployed(DeploymentLoad.SINGLE).stream().mapToDouble(figure).findFirst();
  }

  /** This with {@code timings}, which take the places of earlier ones under the same load. */
  public Latency with(List<DeploymentTiming> timings) {
    List<DeploymentTiming> all = new ArrayList<>(deployed);
    all.removeIf(old -> timings.stream().anyMatch(timing -> timing.load().equals(old.load())));
    all.addAll(timings);
    return new Latency(integerRuntime, all);
  }
}
