package io.bitloupe.cli;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Experiment;
import io.bitloupe.engine.ExperimentListener;
import io.bitloupe.engine.ExperimentRunner;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.RuntimeKind;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Measures configurations one after the other, showing progress, on the engine that the window uses too. */
final class Measurements implements AutoCloseable {

  private static final int POLL_MILLIS = 50;

  private final Console console;
  private final ExperimentRunner runner;

  Measurements(Console console, Engine engine, Workbench workbench) {
    this.console = console;
    this.runner = engine.runner(workbench);
  }

  /**
   * Measures {@code config} and waits for it.
   *
   * @param samples samples of the report part; all when larger
   * @throws CancellationException when the user wants to stop
   */
  Evaluation measure(String name, QuantConfig config, RuntimeKind runtime, int samples, boolean measureLatency) {
    return measure(new Experiment(name, config, runtime, samples, measureLatency));
  }

  /**
   * Measures an experiment and waits for it.
   *
   * @throws CancellationException when the user wants to stop
   */
  Evaluation measure(Experiment experiment) {
    CompletableFuture<Evaluation> outcome = new CompletableFuture<>();
    try (ConsoleProgress progress = console.progress(experiment.description())) {
      Job job = runner.submit(experiment, new Outcome(outcome));
      while (true) {
        try {
          return outcome.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillRunning) {
          progress.report(job.done(), job.total());
          if (console.isInterrupted()) {
            job.cancel();
          }
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure.getCause());
    }
  }

  @Override
  public void close() {
    runner.close();
  }

  private record Outcome(CompletableFuture<Evaluation> future) implements ExperimentListener {
    @Override
    public void onEstimate(Evaluation partial) {}

    @Override
    public void onComplete(Evaluation result) {
      future.complete(result);
    }

    @Override
    public void onCancelled() {
      future.completeExceptionally(new CancellationException("cancelled"));
    }

    @Override
    public void onFailure(RuntimeException failure) {
      future.completeExceptionally(failure);
    }
  }
}
