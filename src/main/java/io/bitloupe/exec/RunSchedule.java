package io.bitloupe.exec;

import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import java.util.HashMap;
import java.util.HashSet;
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

  private final Set<String> running = new HashSet<>();
  private final Map<String, StepStore.Pin> loaded = new HashMap<>();
  private final Set<String> needed = new HashSet<>();

  /**
   * Finds the steps.
   *
   * @param observer whose steps must be there, kept or computed
   * @param pins the kept codes of a tensor, where there are any
   */
  RunSchedule(LoweredGraph lowered, StepObserver observer, Function<String, Optional<StepStore.Pin>> pins) {
    lowered.model().graph().outputs().stream().map(ValueInfo::name).forEach(needed::add);
    List<Step> steps = lowered.steps();
    for (Step step : steps) {
      if (step instanceof IntegerStep integerStep && observer.observes(integerStep)) {
        needed.add(integerStep.output());
      }
    }
    for (int i = steps.size() - 1; i >= 0; i--) {
      switch (steps.get(i)) {
        case IntegerStep step -> {
          if (needed.contains(step.output()) && !load(step.output(), pins)) {
            running.add(step.output());
            needed.addAll(step.inputs());
          }
        }
        case FloatIsland island -> {
          List<String> read = island.outputs().stream().filter(needed::contains).toList();
          if (!read.stream().allMatch(output -> load(output, pins))) {
            running.addAll(island.outputs());
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
    return switch (step) {
      case IntegerStep integerStep -> running.contains(integerStep.output());
      case FloatIsland island -> running.contains(island.outputs().getFirst());
    };
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
