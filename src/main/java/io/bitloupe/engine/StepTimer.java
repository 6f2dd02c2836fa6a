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

/** Times the steps of one runtime at batch 1 on the calling thread, in as many rounds as are asked for. Not thread-safe. */
final class StepTimer {

  private static final int WARM_UP_RUNS = 1_000;
  private static final long WARM_UP_NANOS = 1_500_000_000L;

  private final IntegerRuntime runtime;
  private final Map<String, Tensor> sample;
  private final Map<String, List<Long>> steps = new HashMap<>();
  private final List<Long> totals = new ArrayList<>();
  private final StepObserver stopwatch =
      new StepObserver() {
        @Override
        public boolean observes(IntegerStep step) {
          return false;
        }

        @Override
        public void onTime(Step step, long nanoseconds) {
          if (step instanceof IntegerStep integer) {
            steps.computeIfAbsent(integer.node().output(), _ -> new ArrayList<>()).add(nanoseconds);
          }
        }
      };

  StepTimer(IntegerRuntime runtime, Map<String, Tensor> sample) {
    this.runtime = runtime;
    this.sample = sample;
  }

  /** Runs long enough for the JVM to compile what the steps run, and forgets the times. */
  void warmUp(Progress progress) {
    long cold = System.nanoTime();
    for (int run = 0; run == 0 || (run < WARM_UP_RUNS && System.nanoTime() - cold < WARM_UP_NANOS); run++) {
      progress.checkCancelled();
      runtime.run(sample, 1, stopwatch);
    }
    steps.clear();
  }

  /** Times steps and whole runs in turn: at least {@code least} times, and until {@code nanoseconds} are over or {@code most}. */
  void round(int least, int most, long nanoseconds, Progress progress) {
    long start = System.nanoTime();
    for (int run = 0; run < least || (run < most && System.nanoTime() - start < nanoseconds); run++) {
      progress.checkCancelled();
      runtime.run(sample, 1, stopwatch);
      long before = System.nanoTime();
      runtime.run(sample, 1);
      totals.add(System.nanoTime() - before);
    }
  }

  /** What the share {@code quantile} of all rounds did not exceed; 0.5 for medians. */
  StepTimes times(double quantile) {
    Map<String, Double> found = new HashMap<>();
    steps.forEach((output, nanoseconds) -> found.put(output, milliseconds(nanoseconds, quantile)));
    return new StepTimes(found, OptionalDouble.of(milliseconds(totals, quantile)));
  }

  private static double milliseconds(List<Long> nanoseconds, double quantile) {
    List<Long> sorted = new ArrayList<>(nanoseconds);
    Collections.sort(sorted);
    return sorted.get((int) (sorted.size() * quantile)) * 1e-6;
  }
}
