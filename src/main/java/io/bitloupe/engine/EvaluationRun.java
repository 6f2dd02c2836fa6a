package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.Cost;
import io.bitloupe.cost.CostModel;
import io.bitloupe.data.Batch;
import io.bitloupe.exec.DeploymentTimer;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.ModelRuntime;
import io.bitloupe.exec.OnnxRuntimeQdq;
import io.bitloupe.exec.SimulatedRuntime;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.exec.StepStore;
import io.bitloupe.metric.Quality;
import io.bitloupe.metric.QualityAccumulator;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures one experiment. Batches are computed in any order on all threads, but summed in the order of the samples, so that the
 * final figures do not depend on threads.
 */
final class EvaluationRun {

  private static final Duration TIMING_BUDGET = Duration.ofMillis(600);
  private static final long ESTIMATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Workbench workbench;
  private final FloatReference reference;
  private final WeightNoise weightNoise;
  private final WorkerPool pool;
  private final Ledger ledger;
  private final ConfigResolver resolver;
  private final Lowering lowering;
  private final ActivationCache activations;
  private final KnownLayerNoise layerNoises;

  EvaluationRun(
      Workbench workbench,
      FloatReference reference,
      WeightNoise weightNoise,
      WorkerPool pool,
      Ledger ledger,
      ActivationCache activations) {
    this.activations = activations;
    this.layerNoises = new KnownLayerNoise(workbench.model());
    this.workbench = workbench;
    this.reference = reference;
    this.weightNoise = weightNoise;
    this.pool = pool;
    this.ledger = ledger;
    this.resolver = new ConfigResolver(workbench.model(), workbench.calibration());
    this.lowering = new Lowering(resolver.structure());
  }

  /** Measures, telling {@code estimates} now and then; what was measured before is answered from the ledger. */
  Evaluation run(Experiment experiment, Job job, Consumer<Evaluation> estimates) {
    long start = System.nanoTime();
    ResolvedConfig resolved = resolver.resolve(experiment.config());
    job.checkCancelled();
    String digest = resolved.digest(workbench.model());
    int samples = Math.min(experiment.samples(), workbench.data().report().size());
    Ledger.Key key = new Ledger.Key(digest, experiment.runtime(), samples);
    Optional<Evaluation> known = ledger.find(key).filter(found -> !found.latency().equals(Latency.UNKNOWN) || !experiment.measureLatency());
    if (known.isPresent()) {
      job.report(samples, samples);
      return known.get();
    }
    LoweredGraph lowered = lowering.lower(resolved);
    LayerReport layers = new LayerReport(workbench.model(), resolved, new CostModel(resolved, lowered), weightNoise);
    try (ModelRuntime runtime = open(experiment, lowered)) {
      Snapshot snapshot = new Snapshot(experiment, digest, samples, layers, start);
      Evaluation measured = accuracy(runtime, snapshot, job, estimates);
      if (experiment.measureLatency()) {
        estimates.accept(measured);
        measured = latency(runtime, lowered, snapshot, measured, job);
      }
      ledger.record(measured);
      return measured;
    }
  }

  private static ModelRuntime open(Experiment experiment, LoweredGraph lowered) {
    return switch (experiment.runtime()) {
      case INTEGER -> IntegerRuntime.open(lowered);
      case SIMULATED -> new SimulatedRuntime(lowered);
      case ONNXRUNTIME -> new OnnxRuntimeQdq(lowered);
    };
  }

  /** What stays the same from estimate to estimate. */
  private record Snapshot(Experiment experiment, String digest, int samples, LayerReport layers, long start) {

    Evaluation of(Quality quality, LayerNoise noise, StepTimes times, Latency latency) {
      Cost cost = layers.cost();
      return new Evaluation(
          digest, experiment.runtime(), quality, samples, cost, latency, layers.results(noise, times), seconds());
    }

    double seconds() {
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  private Evaluation accuracy(ModelRuntime runtime, Snapshot snapshot, Job job, Consumer<Evaluation> estimates) {
    BatchGrid grid = new BatchGrid(snapshot.samples(), reference.grid().batchSize());
    PartialSums sums = new PartialSums(grid.count());
    long[] lastEstimate = {0};
    int[] seen = {0};
    pool.forEach(
        grid.count(),
        index -> measure(runtime, index, grid.size(index)),
        (index, partial) -> {
          sums.put(index, partial);
          seen[0] += grid.size(index);
          job.report(seen[0], snapshot.samples());
          if (System.nanoTime() - lastEstimate[0] > ESTIMATE_NANOS && seen[0] < snapshot.samples()) {
            estimates.accept(snapshot.of(sums.quality(), sums.noise(), StepTimes.NONE, Latency.UNKNOWN));
            lastEstimate[0] = System.nanoTime();
          }
        },
        job);
    Ledger.Key key = new Ledger.Key(snapshot.digest(), snapshot.experiment().runtime(), snapshot.samples());
    sums.outcomes().ifPresent(found -> ledger.keep(key, found));
    return snapshot.of(sums.quality(), sums.noise(), StepTimes.NONE, Latency.UNKNOWN);
  }

  private PartialSums.Partial measure(ModelRuntime runtime, int index, int samples) {
    Batch batch = SampleRange.first(reference.batch(index), samples);
    int size = reference.grid().size(index);
    LayerNoise noise =
        new LayerNoise(reference.hasLayers(index) ? SampleRange.first(reference.layers(index), size, samples) : Map.of());
    Map<String, Tensor> outputs =
        runtime instanceof IntegerRuntime integer
            ? runIncrementally(integer, batch, index, noise)
            : runtime.run(batch.inputs(), samples);
    QualityAccumulator quality = new QualityAccumulator();
    quality.add(
        batch.labels(), primary(SampleRange.first(reference.outputs(index), size, samples)), primary(outputs), samples);
    return new PartialSums.Partial(quality, noise);
  }

  /** A truncated last batch shares nothing with the whole one, so it is kept apart by its size. */
  private Map<String, Tensor> runIncrementally(IntegerRuntime runtime, Batch batch, int index, LayerNoise noise) {
    StepStore store = activations.batch(index, batch.size());
    if (!reference.hasLayers(index)) {
      return runtime.run(batch.inputs(), batch.size(), StepObserver.NONE, store);
    }
    Map<String, Tensor> outputs = runtime.run(batch.inputs(), batch.size(), noise, store);
    layerNoises.complete(noise, runtime, index, batch.size());
    return outputs;
  }

  /** The first output, the one that classes are read from. */
  private float[] primary(Map<String, Tensor> outputs) {
    String first = workbench.model().graph().outputs().getFirst().name();
    return Objects.requireNonNull(outputs.get(first), first).floats();
  }

  private Evaluation latency(
      ModelRuntime runtime, LoweredGraph lowered, Snapshot snapshot, Evaluation measured, Job job) {
    Map<String, Tensor> sample = SampleRange.first(reference.batch(0), 1).inputs();
    StepTimes times = runtime instanceof IntegerRuntime integer ? StepTimes.measure(integer, sample, job) : StepTimes.NONE;
    DeploymentTiming deployed =
        DeploymentTimer.time(lowered, workbench.data().report(), 1, 1, TIMING_BUDGET, job.withoutProgress());
    Latency latency =
        new Latency(
            times.totalMilliseconds(),
            OptionalDouble.of(deployed.qdq().median()),
            OptionalDouble.of(deployed.floatModel().median()));
    return new Evaluation(
        measured.configDigest(), measured.runtime(), measured.quality(), measured.totalSamples(), measured.cost(), latency,
        snapshot.layers().withTimes(measured.layers(), times), snapshot.seconds());
  }
}
