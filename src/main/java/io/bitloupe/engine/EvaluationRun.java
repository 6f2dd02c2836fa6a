package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.Cost;
import io.bitloupe.cost.CostModel;
import io.bitloupe.data.Batch;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTimer;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.ModelRuntime;
import io.bitloupe.exec.OnnxRuntimeQdq;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.SimulatedRuntime;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.exec.StepReuse;
import io.bitloupe.metric.DropDecision;
import io.bitloupe.metric.Quality;
import io.bitloupe.metric.QualityAccumulator;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures one experiment. Batches are computed in any order on all threads, but summed in the order of the samples, so that the
 * final figures do not depend on threads.
 */
final class EvaluationRun {

  private static final Duration TIMING_BUDGET = Duration.ofMillis(600);
  /** The least number of samples whose interval says something. */
  private static final int FIRST_ESTIMATE_SAMPLES = 32;

  private static final long ESTIMATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Workbench workbench;
  private final FloatReference reference;
  private final WeightNoise weightNoise;
  private final WorkerPool pool;
  private final Ledger ledger;
  private final ConfigResolver resolver;
  private final Lowering lowering;
  private final ActivationCache.Part activations;
  private final KnownLayerNoise layerNoises;
  private final StepReuse reuse = new StepReuse();

  EvaluationRun(
      Workbench workbench,
      FloatReference reference,
      WeightNoise weightNoise,
      WorkerPool pool,
      Ledger ledger,
      ActivationCache.Part activations) {
    this.activations = activations;
    this.layerNoises = new KnownLayerNoise(workbench.model());
    this.workbench = workbench;
    this.reference = reference;
    this.weightNoise = weightNoise;
    this.pool = pool;
    this.ledger = ledger;
    this.resolver = new ConfigResolver(workbench.model(), workbench.calibration(), pool::forEach);
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
    Optional<Evaluation> known =
        ledger.find(key).filter(found -> found.latency().onnxruntimeQdq().isPresent() || !experiment.measureLatency());
    if (known.isPresent()) {
      job.report(samples, samples);
      return known.get();
    }
    LoweredGraph lowered = lowering.lower(resolved);
    LayerReport layers = new LayerReport(workbench.model(), resolved, new CostModel(resolved, lowered), weightNoise);
    try (ModelRuntime runtime = open(experiment.runtime(), lowered, reuse)) {
      Snapshot snapshot = new Snapshot(experiment, digest, samples, layers, start);
      Evaluation measured;
      try (TappedLayers tapped = new TappedLayers(lowered, experiment.runtime())) {
        measured = accuracy(runtime, tapped, snapshot, job, estimates);
      }
      if (experiment.measureLatency()) {
        estimates.accept(measured);
        measured = latency(runtime, lowered, snapshot, measured, job);
      }
      ledger.record(measured);
      return measured;
    }
  }

  /** What runs {@code lowered} as {@code kind}. */
  static ModelRuntime open(RuntimeKind kind, LoweredGraph lowered, StepReuse reuse) {
    return switch (kind) {
      case INTEGER -> IntegerRuntime.open(lowered, reuse);
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

    Snapshot upTo(int fewer) {
      return new Snapshot(experiment, digest, fewer, layers, start);
    }

    double seconds() {
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  private Evaluation accuracy(
      ModelRuntime runtime, TappedLayers tapped, Snapshot snapshot, Job job, Consumer<Evaluation> estimates) {
    BatchGrid grid = new BatchGrid(snapshot.samples(), reference.grid().batchSize());
    int noiseBatches = Math.min(grid.count(), reference.layerBatches());
    WorkOrder order = new WorkOrder(grid, FIRST_ESTIMATE_SAMPLES, noiseBatches);
    PartialSums sums = new PartialSums(grid.count(), noiseBatches, drop(snapshot.experiment()));
    EstimateClock clock = new EstimateClock();
    int[] seen = {0};
    try {
      pool.forEach(
          order.count(),
          position -> order.isNoise(position)
              ? noise(runtime, tapped, order.batch(position), grid.size(order.batch(position)))
              : quality(runtime, order.batch(position), grid.size(order.batch(position))),
          (position, part) -> {
            switch (part) {
              case PartialSums.BatchNoise noise -> sums.add(noise);
              case PartialSums.BatchQuality quality -> {
                sums.put(order.batch(position), quality);
                seen[0] += grid.size(order.batch(position));
              }
            }
            job.report(seen[0], snapshot.samples());
            if (seen[0] < snapshot.samples() && clock.isTime(sums.samples())) {
              estimates.accept(snapshot.of(sums.quality(), sums.noise(), StepTimes.NONE, Latency.UNKNOWN));
            }
          },
          job.until(sums::isEnough));
    } catch (CancellationException stopped) {
      if (!sums.isEnough() || job.isCancelled()) {
        throw stopped;
      }
    }
    Snapshot seenOf = sums.isDecided() ? snapshot.upTo(sums.samples()) : snapshot;
    Ledger.Key key = new Ledger.Key(snapshot.digest(), snapshot.experiment().runtime(), seenOf.samples());
    sums.outcomes().ifPresent(found -> ledger.keep(key, found));
    layerNoises.trim(reference.layerBatches());
    return seenOf.of(sums.quality(), sums.noise(), StepTimes.NONE, Latency.UNKNOWN);
  }

  private static Optional<DropDecision> drop(Experiment experiment) {
    return experiment.decideDrop().isPresent()
        ? Optional.of(new DropDecision(experiment.decideDrop().getAsDouble()))
        : Optional.empty();
  }

  /** The first estimate comes as soon as it says something, the next ones at a rate that eyes can follow. */
  private static final class EstimateClock {

    private long last = System.nanoTime();
    private boolean began;

    boolean isTime(int samples) {
      boolean first = !began && samples >= FIRST_ESTIMATE_SAMPLES;
      if (samples == 0 || (!first && System.nanoTime() - last < ESTIMATE_NANOS)) {
        return false;
      }
      began |= first;
      last = System.nanoTime();
      return true;
    }
  }

  private PartialSums.BatchQuality quality(ModelRuntime runtime, int index, int samples) {
    Batch batch = SampleRange.first(reference.batch(index), samples);
    int size = reference.grid().size(index);
    Map<String, Tensor> outputs =
        runtime instanceof IntegerRuntime integer
            ? integer.run(batch.inputs(), samples, StepObserver.NONE, activations.batch(index, samples))
            : runtime.run(batch.inputs(), samples);
    QualityAccumulator quality = new QualityAccumulator();
    Map<String, Tensor> exact = SampleRange.first(reference.outputs(index), size, samples);
    quality.add(batch.labels(), primary(exact), primary(outputs), samples);
    addFurther(quality, exact, outputs, samples);
    return new PartialSums.BatchQuality(quality);
  }

  /** A truncated batch shares nothing with the whole one, so it is kept apart by its size. */
  private PartialSums.BatchNoise noise(ModelRuntime runtime, TappedLayers tapped, int index, int samples) {
    int known = reference.layerSamples(index);
    int count = Math.min(samples, known);
    Batch batch = SampleRange.first(reference.batch(index), count);
    Map<String, Tensor> layers = SampleRange.first(reference.layers(index), known, count);
    LayerNoise noise =
        runtime instanceof IntegerRuntime integer
            ? layerNoises.measure(integer, index, batch, layers, activations.batch(index, count))
            : new LayerNoise();
    tapped.measure(batch.inputs(), count, layers).forEach(noise::put);
    return new PartialSums.BatchNoise(noise);
  }

  /** Compares the real outputs besides the first one; those whose length depends on the values have nothing to compare with. */
  private void addFurther(QualityAccumulator quality, Map<String, Tensor> exact, Map<String, Tensor> outputs, int samples) {
    workbench.model().graph().outputs().stream()
        .skip(1)
        .map(ValueInfo::name)
        .forEach(
            name -> {
              Tensor expected = Objects.requireNonNull(exact.get(name), name);
              Tensor actual = Objects.requireNonNull(outputs.get(name), name);
              boolean comparable =
                  expected.type() == DataType.FLOAT
                      && expected.shape().equals(actual.shape())
                      && expected.shape().elements() % samples == 0;
              if (comparable) {
                quality.addFurther(name, expected.floats(), actual.floats(), samples);
              }
            });
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
        DeploymentTimer.time(lowered, workbench.data().report(), DeploymentLoad.SINGLE, TIMING_BUDGET, job.silent());
    Latency latency = new Latency(times.totalMilliseconds(), List.of(deployed));
    return new Evaluation(
        measured.configDigest(), measured.runtime(), measured.quality(), measured.totalSamples(), measured.cost(), latency,
        snapshot.layers().withTimes(measured.layers(), times), snapshot.seconds());
  }
}
