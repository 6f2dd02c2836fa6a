package io.bitloupe.engine;

import io.bitloupe.exec.StepObserver;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.TensorQuantizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Noise of layer outputs against the float model's, of one batch or of several merged ones. One thread at a time. */
final class LayerNoise implements StepObserver {

  private final Map<String, Tensor> reference;
  private final Set<String> wanted;
  private final Map<String, Integer> seen = new HashMap<>();
  private final Map<String, SignalNoise> noise = new HashMap<>();

  /** Of nothing yet. */
  LayerNoise() {
    this(Map.of(), Set.of());
  }

  /**
   * Compares {@code wanted} tensors.
   *
   * @param reference float tensors by name for the same samples
   */
  LayerNoise(Map<String, Tensor> reference, Set<String> wanted) {
    this.reference = reference;
    this.wanted = wanted;
  }

  @Override
  public boolean observes(IntegerStep step) {
    return wanted.contains(step.output());
  }

  /** Samples may arrive together or one at a time, in order. */
  @Override
  public void onCodes(IntegerStep step, CodeTensor output) {
    Tensor expected = reference.get(step.output());
    if (expected != null) {
      float[] actual = TensorQuantizer.dequantize(output);
      int from = seen.merge(step.output(), actual.length, Integer::sum) - actual.length;
      float[] exact = new float[actual.length];
      expected.buffer().asFloatBuffer().get(from, exact);
      noise.computeIfAbsent(step.output(), _ -> new SignalNoise()).add(exact, actual, 1);
    }
  }

  /** What was seen of {@code tensor}. */
  Optional<SignalNoise> of(String tensor) {
    return Optional.ofNullable(noise.get(tensor));
  }

  /** Takes what was seen of {@code tensor} in an earlier run on the same samples. */
  void put(String tensor, SignalNoise seen) {
    noise.put(tensor, seen);
  }

  /** Adds another batch. */
  void merge(LayerNoise other) {
    other.noise.forEach((tensor, more) -> noise.computeIfAbsent(tensor, _ -> new SignalNoise()).merge(more));
  }

  /** Signal-to-noise ratio of {@code tensor} in decibels, positive infinity without noise; empty when nothing was seen of it. */
  OptionalDouble sqnrDb(String tensor) {
    SignalNoise sum = noise.get(tensor);
    return sum == null ? OptionalDouble.empty() : OptionalDouble.of(sum.sqnrDb());
  }
}
