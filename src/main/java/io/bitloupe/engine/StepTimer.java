package io.bitloupe.engine;

import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.Step;
import java.util.ArrayList;
import java.util.Comparator;
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
  private final List<Run> observed = new ArrayList<>();
  private final List<Long> whole = new ArrayList<>();

  /** One run, with the nanoseconds of each of its steps by the output of the step's operator. */
  private record Run(Map<String, Long> steps, long nanoseconds) {}

  StepTimer(IntegerRuntime runtime, Map<String, Tensor> sample) {
    this.runtime = runtime;
    this.sample = sample;
  }

  /** Runs long enough for the JVM to compile what the steps run, and forgets the times. */
  void warmUp(Progress progress) {
    long cold = System.nanoTime();
    for (int run = 0; run == 0 || (run < WARM_UP_RUNS && System.nanoTime() - cold < WARM_UP_NANOS); run++) {
      progress.checkCancelled();
      observed();
    }
  }

  /** Times steps and whole runs in turn: at least {@code least} times, and until {@code nanoseconds} are over or {@code most}. */
  void round(int least, int most, long nanoseconds, Progress progress) {
    long start = System.nanoTime();
    for (int run = 0; run < least || (run < most && System.nanoTime() - start < nanoseconds); run++) {
      progress.checkCancelled();
      observed.add(observed());
      long before = System.nanoTime();
      runtime.run(sample, 1);
      whole.add(System.nanoTime() - before);
    }
  }

  private Run observed() {
    Map<String, Long> steps = new HashMap<>();
    StepObserver stopwatch =
        new StepObserver() {
          @Override
          public boolean observes(IntegerStep step) {
            return false;
          }

          @Override
          public void onTime(Step step, long nanoseconds) {
            if (step instanceof IntegerStep integer) {
              steps.merge(integer.node().output(), nanoseconds, Long::sum);
            }
          }
        };
    long before = System.nanoTime();
    runtime.run(sample, 1, stopwatch);
    return new Run(steps, System.nanoTime() - before);
  }

  /**
   * Means over the fastest runs of all rounds. They are the same runs for all steps, so that steps add up to runs: the fastest
   * times of each step alone would add up to a run that never was.
   *
   * @param share of the runs that count
   */
  StepTimes times(double share) {
    List<Run> fastest = fastest(observed, Comparator.comparingLong(Run::nanoseconds), share);
    Map<String, Double> steps = new HashMap<>();
    fastest.forEach(run -> run.steps().forEach((output, time) -> steps.merge(output, time * 1e-6 / fastest.size(), Double::sum)));
    List<Long> totals = fastest(whole, Comparator.naturalOrder(), share);
    return new StepTimes(steps, OptionalDouble.of(totals.stream().mapToLong(Long::longValue).average().orElse(0) * 1e-6));
  }

  private static <T> List<T> fastest(List<T> runs, Comparator<T> byTime, double share) {
    return runs.stream().sorted(byTime).limit((long) Math.ceil(runs.size() * share)).toList();
  }
}
