package io.bitloupe.engine;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Runs the latest experiment on a coordinating thread of its own; batches go to the worker pool. */
final class LatestRunner implements ExperimentRunner {

  private final EvaluationRun evaluation;
  private final FloatReference reference;
  private final WorkerPool pool;
  private final ActivationCache activations;
  private final AtomicReference<Optional<Job>> current = new AtomicReference<>(Optional.empty());
  private final ExecutorService coordinator =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("bitloupe-experiments").factory());

  LatestRunner(Workbench workbench, Ledger ledger, int threads, long activationBytes) {
    this.pool = new WorkerPool(threads);
    this.activations = new ActivationCache(activationBytes);
    this.reference = new FloatReference(workbench.model(), workbench.data().report());
    this.evaluation = new EvaluationRun(workbench, reference, new WeightNoise(workbench.model()), pool, ledger, activations);
  }

  @Override
  public Job submit(Experiment experiment, ExperimentListener listener) {
    Job job = new Job(experiment.description());
    current.getAndSet(Optional.of(job)).ifPresent(Job::cancel);
    coordinator.execute(() -> run(experiment, listener, job));
    return job;
  }

  private void run(Experiment experiment, ExperimentListener listener, Job job) {
    if (job.isCancelled()) {
      listener.onCancelled();
      return;
    }
    Evaluation result;
    try {
      result = evaluation.run(experiment, job, listener::onEstimate);
    } catch (CancellationException cancelled) {
      listener.onCancelled();
      return;
    } catch (RuntimeException failure) {
      listener.onFailure(failure);
      return;
    }
    listener.onComplete(result);
  }

  @Override
  public void close() {
    current.getAndSet(Optional.empty()).ifPresent(Job::cancel);
    coordinator.close();
    pool.close();
    reference.close();
    activations.close();
  }
}
