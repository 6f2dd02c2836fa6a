package io.bitloupe.exec;

import io.bitloupe.model.Layer;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors that are worth keeping from one run to the next: those whose codes take longer to compute again, from the ones kept
 * before them, than to be copied. A bottleneck between two wide tensors is kept, the wide ones are not. The times are rough and
 * decide about speed and memory only, never about a result.
 */
final class Checkpoints {

  /** Of a product of all channels. */
  private static final double MACS_PER_NANOSECOND = 100;

  /** Of a product of groups of channels, which is bound by memory and not by arithmetic. */
  private static final double GROUPED_MACS_PER_NANOSECOND = 20;

  private static final double NANOSECONDS_PER_ELEMENT = 0.2;
  private static final double ISLAND_NANOSECONDS_PER_ELEMENT = 4;

  /** Writing a code to memory that is touched for the first time and, in a later run, reading it. */
  private static final double NANOSECONDS_PER_COPY = 4;

  private final LoweredGraph lowered;
  private final Map<String, Layer> layers = new HashMap<>();
  private final Set<String> kept = new HashSet<>();

  /** Nanoseconds to compute a tensor again, for one sample; 0 for what is kept or given. */
  private final Map<String, Double> toCompute = new HashMap<>();

  Checkpoints(LoweredGraph lowered) {
    this.lowered = lowered;
    lowered.model().layers().forEach(layer -> layers.put(layer.node().output(), layer));
    for (Step step : lowered.steps()) {
      switch (step) {
        case IntegerStep integer ->
            decide(List.of(integer.output()), own(integer) + from(integer.inputs()));
        case FloatIsland island ->
            decide(island.outputs(), elements(island.outputs()) * ISLAND_NANOSECONDS_PER_ELEMENT + from(island.inputs()));
      }
    }
  }

  /** Whether {@code tensor} is worth keeping. */
  boolean contains(String tensor) {
    return kept.contains(tensor);
  }

  private void decide(List<String> outputs, double nanoseconds) {
    boolean worthIt = nanoseconds >= elements(outputs) * NANOSECONDS_PER_COPY;
    for (String output : outputs) {
      boolean keep = worthIt && lowered.isCodes(output);
      if (keep) {
        kept.add(output);
      }
      toCompute.put(output, keep ? 0 : nanoseconds);
    }
  }

  private double own(IntegerStep step) {
    double nanoseconds = elements(List.of(step.output())) * NANOSECONDS_PER_ELEMENT;
    Layer layer = layers.get(step.node().output());
    if (layer == null) {
      return nanoseconds;
    }
    boolean grouped = step.node().intAttribute("group", 1) > 1;
    return nanoseconds + layer.macs() / (grouped ? GROUPED_MACS_PER_NANOSECOND : MACS_PER_NANOSECOND);
  }

  private double from(Collection<String> inputs) {
    return inputs.stream().mapToDouble(input -> toCompute.getOrDefault(input, 0.0)).sum();
  }

  private double elements(Collection<String> tensors) {
    double elements = 0;
    for (String tensor : tensors) {
      TensorInfo info = lowered.model().tensors().get(tensor);
      elements += info == null ? 0 : info.elements();
    }
    return elements;
  }
}
