package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs the latest experiment on a coordinating thread of its own; batches go to the worker pool. */
final class LatestRunner implements ExperimentRunner {

  private static final Logger LOG = Logger.getLogger(LatestRunner.class.getName());

  private final Workbench workbench;
  private final Ledger ledger;
  private final LastPrepared recipes;
  private final ActivationCache activations;
  private final WorkerPool pool;
  private Optional<Bench> plain = Optional.empty();
  private Optional<Bench> transformed = Optional.empty();
  private final AtomicReference<Optional<Job>> current = new AtomicReference<>(Optional.empty());
  private final ExecutorService coordinator =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("bitloupe-experiments").factory());

  LatestRunner(Workbench workbench, Ledger ledger, int threads, long activationBytes) {
    this(workbench, ledger, new LastPrepared(), threads, activationBytes);
  }

  LatestRunner(Workbench workbench, Ledger ledger, LastPrepared recipes, int threads, long activationBytes) {
    this.workbench = workbench;
    this.recipes = recipes;
    this.ledger = ledger;
    this.activations = new ActivationCache(FloatReference.budgetBeside(activationBytes));
    this.pool = new WorkerPool(threads);
  }

  /** A workbench with what is kept from one experiment on it to the next. */
  private record Bench(String key, Prepared prepared, EvaluationRun evaluation, FloatReference reference) implements AutoCloseable {
    @Override
    public void close() {
      reference.close();
    }
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
      tell(listener::onCancelled);
      return;
    }
    Evaluation result;
    try {
      Bench bench = bench(experiment.config(), job);
      result = bench.evaluation().run(settled(experiment, bench.prepared()), job, listener::onEstimate);
    } catch (CancellationException cancelled) {
      tell(listener::onCancelled);
      return;
    } catch (RuntimeException | Error failure) {
      // Whoever waits for the outcome would wait for ever.
      tell(() -> listener.onFailure(EngineFailure.of(failure)));
      return;
    }
    tell(() -> listener.onComplete(result));
  }

  /** Tells the outcome; what goes wrong then is the listener's, and the next experiment comes all the same. */
  private static void tell(Runnable outcome) {
    try {
      outcome.run();
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.SEVERE, "a listener failed when it heard of an experiment's outcome", failure);
    }
  }

  private static Experiment settled(Experiment experiment, Prepared prepared) {
    return new Experiment(
        experiment.description(),
        prepared.settled(experiment.config()),
        experiment.runtime(),
        experiment.samples(),
        experiment.measureLatency(),
        experiment.decideDrop());
  }

  /** The bench without a recipe stays; of those with one the last stays, since each has a model of its own. */
  private Bench bench(QuantConfig config, Job job) {
    if (config.recipe().isEmpty()) {
      Bench bench = plain.orElseGet(() -> open("", Prepared.unchanged(workbench)));
      plain = Optional.of(bench);
      return bench;
    }
    String key = RecipeRun.key(workbench.model(), config);
    Optional<Bench> known = transformed.filter(bench -> bench.key().equals(key));
    if (known.isPresent()) {
      return known.get();
    }
    transformed.ifPresent(Bench::close);
    transformed = Optional.empty();
    Bench bench = open(key, recipes.prepare(workbench, config, pool, job));
    transformed = Optional.of(bench);
    return bench;
  }

  private Bench open(String key, Prepared prepared) {
    FloatReference reference = new FloatReference(workbench.model(), prepared.reference(), workbench.data().report());
    WeightNoise noise = new WeightNoise(prepared.workbench().model(), prepared.reference());
    EvaluationRun evaluation = new EvaluationRun(prepared.workbench(), reference, noise, pool, ledger, activations.part());
    return new Bench(key, prepared, evaluation, reference);
  }

  @Override
  public void close() {
    current.getAndSet(Optional.empty()).ifPresent(Job::cancel);
    coordinator.close();
    pool.close();
    plain.ifPresent(Bench::close);
    transformed.ifPresent(Bench::close);
    activations.close();
  }
}
