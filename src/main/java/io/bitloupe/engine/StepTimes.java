package io.bitloupe.engine;

import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Tensor;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Time of each step of the integer runtime at batch 1 on one thread, over repeated runs after a warm-up that is long
 * enough for the JVM to compile what the steps run, so that a figure does not depend on what was measured before.
 *
 * @param milliseconds for one sample, by the output of the step's operator
 * @param totalMilliseconds of the whole plan, for one sample; empty until measured
 */
record StepTimes(Map<String, Double> milliseconds, OptionalDouble totalMilliseconds) {

  /** Nothing measured. */
  static final StepTimes NONE = new StepTimes(Map.of(), OptionalDouble.empty());

  /** The faster half of the runs. */
  private static final double UNDISTURBED = 0.5;
  private static final int LEAST_RUNS = 5;
  private static final int MOST_RUNS = 50;
  private static final long BUDGET_NANOS = 300_000_000L;

  static StepTimes measure(IntegerRuntime runtime, Map<String, Tensor> sample, Progress progress) {
    StepTimer timer = new StepTimer(runtime, sample);
    timer.warmUp(progress);
    timer.round(LEAST_RUNS, MOST_RUNS, BUDGET_NANOS, progress);
    return timer.times(UNDISTURBED);
  }
}
