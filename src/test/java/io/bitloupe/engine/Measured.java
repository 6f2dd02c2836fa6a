package io.bitloupe.engine;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Waits for an experiment.
 *
 * @param done completed with what was measured
 * @param first completed with the first estimate, where somebody waits for it
 */
record Measured(CompletableFuture<Evaluation> done, Optional<CompletableFuture<Evaluation>> first) implements ExperimentListener {

  /** What {@code runner} measures, without wall-clock time, which is all that may differ between two runs. */
  static Evaluation run(ExperimentRunner runner, Experiment experiment) throws Exception {
    CompletableFuture<Evaluation> done = new CompletableFuture<>();
    runner.submit(experiment, new Measured(done, Optional.empty()));
    Evaluation result = done.get(2, TimeUnit.MINUTES);
    return new Evaluation(
        result.configDigest(), result.runtime(), result.quality(), result.totalSamples(), result.cost(), result.latency(),
        result.layers(), 0);
  }

  @Override
  public void onEstimate(Evaluation partial) {
    first.ifPresent(reached -> reached.complete(partial));
  }

  @Override
  public void onComplete(Evaluation result) {
    done.complete(result);
  }

  @Override
  public void onCancelled() {
    done.cancel(false);
    first.ifPresent(reached -> reached.cancel(false));
  }

  @Override
  public void onFailure(RuntimeException failure) {
    done.completeExceptionally(failure);
  }
}
