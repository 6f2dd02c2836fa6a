package io.bitloupe.engine;

import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Time of each step of the integer runtime at batch 1 on one thread: medians over repeated runs after a warm-up that is long
 * enough for the JVM to compile what the steps run, so that a figure does not depend on what was measured before.
 *
 * @param milliseconds for one sample, by the output of the step's operator
 * @param totalMilliseconds of the whole plan, for one sample; empty until measured
 */
record StepTimes(Map<String, Double> milliseconds, OptionalDouble totalMilliseconds) {

  /** Nothing measured. */
  static final StepTimes NONE = new StepTimes(Map.of(), OptionalDouble.empty());

  private static final int WARM_UP_RUNS = 1_000;
  private static final long WARM_UP_NANOS = 1_500_000_000L;
  private static final int LEAST_RUNS = 5;
  private static final int MOST_RUNS = 50;
  private static final long BUDGET_NANOS = 300_000_000L;

  static StepTimes measure(IntegerRuntime runtime, Map<String, Tensor> sample, Progress progress) {
    Map<String, List<Long>> steps = new HashMap<>();
    List<Long> totals = new ArrayList<>();
    StepObserver stopwatch =
        new StepObserver() {
          @Override
          public boolean observesCodes() {
            return false;
          }

          @Override
          public void onTime(Step step, long nanoseconds) {
            if (step instanceof IntegerStep integer) {
              steps.computeIfAbsent(integer.node().output(), _ -> new ArrayList<>()).add(nanoseconds);
            }
          }
        };
    long cold = System.nanoTime();
    for (int run = 0; run == 0 || (run < WARM_UP_RUNS && System.nanoTime() - cold < WARM_UP_NANOS); run++) {
      progress.checkCancelled();
      runtime.run(sample, 1, stopwatch);
    }
    steps.clear();
    long start = System.nanoTime();
    while (totals.size() < LEAST_RUNS || (totals.size() < MOST_RUNS && System.nanoTime() - start < BUDGET_NANOS)) {
      progress.checkCancelled();
      runtime.run(sample, 1, stopwatch);
      long before = System.nanoTime();
      runtime.run(sample, 1);
      totals.add(System.nanoTime() - before);
    }
    Map<String, Double> medians = new HashMap<>();
    steps.forEach((output, nanoseconds) -> medians.put(output, median(nanoseconds)));
    return new StepTimes(medians, OptionalDouble.of(median(totals)));
  }

  private static double median(List<Long> nanoseconds) {
    List<Long> sorted = new ArrayList<>(nanoseconds);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2) * 1e-6;
  }
}
