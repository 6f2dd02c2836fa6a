package io.bitloupe.cost;

import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The activations that must be in memory at once, for one sample.
 *
 * @param bytes packed to their widths
 * @param step name of the step at which it is the most
 */
public record PeakMemory(long bytes, String step) {

  /**
   * The peak of {@code lowered} when its steps run in order: a tensor lives from the step that writes it to the last one that
   * reads it, what a step reads and writes at the same time. What a float island keeps inside is not counted.
   */
  public static PeakMemory of(LoweredGraph lowered) {
    List<Step> steps = lowered.steps();
    Map<String, Integer> lastUse = new HashMap<>();
    for (int time = 0; time < steps.size(); time++) {
      for (String input : inputs(steps.get(time))) {
        lastUse.put(input, time);
      }
    }
    lowered.model().graph().outputs().forEach(output -> lastUse.put(output.name(), steps.size()));
    Set<String> alive = new HashSet<>();
    lowered.model().graph().inputs().stream().map(ValueInfo::name).filter(lastUse::containsKey).forEach(alive::add);
    PeakMemory peak = new PeakMemory(bytes(alive, lowered), "");
    for (int time = 0; time < steps.size(); time++) {
      alive.addAll(outputs(steps.get(time)));
      long bytes = bytes(alive, lowered);
      if (bytes > peak.bytes()) {
        peak = new PeakMemory(bytes, steps.get(time).name());
      }
      int now = time;
      alive.removeIf(tensor -> lastUse.getOrDefault(tensor, -1) <= now);
    }
    return peak;
  }

  private static long bytes(Set<String> alive, LoweredGraph lowered) {
    long bytes = 0;
    for (String tensor : alive) {
      TensorInfo info = lowered.model().tensors().get(tensor);
      if (info != null) {
        long bits = lowered.isCodes(tensor) ? lowered.params(tensor).format().bits() : info.type().bits();
        bytes += (info.shape().elements() * bits + Byte.SIZE - 1) / Byte.SIZE;
      }
    }
    return bytes;
  }

  private static List<String> inputs(Step step) {
    return switch (step) {
      case IntegerStep integer -> integer.inputs();
      case FloatIsland island -> island.inputs();
    };
  }

  private static List<String> outputs(Step step) {
    return switch (step) {
      case IntegerStep integer -> List.of(integer.output());
      case FloatIsland island -> island.outputs();
    };
  }
}
