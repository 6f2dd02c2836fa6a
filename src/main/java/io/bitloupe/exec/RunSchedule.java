package io.bitloupe.exec;

import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which steps of one batch must run, given what is kept: found backwards from the outputs, so that nothing is computed that
 * nobody reads. Holds the kept codes until it is closed.
 */
final class RunSchedule implements AutoCloseable {

  /** By identity: a step's hash code covers its weights. */
  private final Set<Step> running = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<String, StepStore.Pin> loaded = new HashMap<>();
  private final Set<String> needed = new HashSet<>();

  /**
   * Finds the steps.
   *
   * @param pins the kept codes of a tensor, where there are any
   */
  RunSchedule(LoweredGraph lowered, Function<String, Optional<StepStore.Pin>> pins) {
    lowered.model().graph().outputs().stream().map(ValueInfo::name).forEach(needed::add);
    List<Step> steps = lowered.steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      switch (steps.get(i)) {
        case IntegerStep step -> {
          if (needed.contains(step.output()) && !load(step.output(), pins)) {
            running.add(step);
            needed.addAll(step.inputs());
          }
        }
        case FloatIsland island -> {
          List<String> read = island.outputs().stream().filter(needed::contains).toList();
          if (!read.stream().allMatch(output -> load(output, pins))) {
            running.add(island);
            needed.addAll(island.inputs());
          }
        }
      }
    }
  }

  private boolean load(String tensor, Function<String, Optional<StepStore.Pin>> pins) {
    Optional<StepStore.Pin> pin = pins.apply(tensor);
    pin.ifPresent(found -> loaded.put(tensor, found));
    return pin.isPresent();
  }

  boolean runs(Step step) {
    return running.contains(step);
  }

  /** The kept codes of {@code tensor}, where they replace a step. */
  Optional<StepStore.Pin> loaded(String tensor) {
    return Optional.ofNullable(loaded.get(tensor));
  }

  /** Whether a step that runs, or the caller, reads {@code tensor}. */
  boolean needs(String tensor) {
    return needed.contains(tensor);
  }

  @Override
  public void close() {
    loaded.values().forEach(StepStore.Pin::close);
  }
}
