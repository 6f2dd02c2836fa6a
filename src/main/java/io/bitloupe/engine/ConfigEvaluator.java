package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.exec.StepReuse;
import io.bitloupe.exec.StepStore;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;

/**
 * Measures one configuration after the other on the same samples in the integer runtime, for sweeps: what a configuration shares
 * with one that was measured by {@link #base} is not computed again. Answers do not depend on threads or on the order. One caller
 * at a time.
 */
public final class ConfigEvaluator implements AutoCloseable {

  /** A search goes from one base to the next, and what the two share stays. */
  private static final int BASES_AT_ONCE = 2;

  private final Model model;
  private final String context;
  private final ResponseJournal journal;
  private final FloatReference reference;
  private final WorkerPool pool;
  private final ActivationCache activations;
  private final ActivationCache.Part kept;
  private final ConfigResolver resolver;
  private final Lowering lowering;
  private final StepReuse reuse = new StepReuse();
  private final boolean fitsWhole;
  private int measured;

  /**
   * What a first look at a configuration shows.
   *
   * @param response on the first samples
   * @param layerSqnrDb signal-to-noise ratio of the layer's own output; empty where it stays in float
   */
  public record Glimpse(Response response, OptionalDouble layerSqnrDb) {}

  /**
   * An evaluator on {@code samples}, a part of the workbench's data.
   *
   * @param threads threads to compute on
   * @param activationBytes the most bytes of activations that it keeps from one configuration to the next
   * @param journal knows what was measured before, and keeps what is measured
   */
  public ConfigEvaluator(Workbench workbench, Dataset samples, int threads, long activationBytes, ResponseJournal journal) {
    this(
        workbench, new FloatReference(workbench.model(), workbench.model(), samples), samples.digest(), threads, activationBytes, journal);
  }

  /**
   * An evaluator of a model that a recipe may have made.
   *
   * @param reference what answers are compared with; it is closed with this
   * @param context tells measurements in the journal apart that are not of the same samples and recipe
   */
  ConfigEvaluator(
      Workbench workbench, FloatReference reference, String context, int threads, long activationBytes, ResponseJournal journal) {
    this.model = workbench.model();
    this.context = context;
    this.journal = journal;
    this.reference = reference;
    this.pool = new WorkerPool(threads);
    long budget = FloatReference.budgetBeside(activationBytes);
    this.activations = new ActivationCache(budget);
    this.kept = activations.part();
    this.resolver = new ConfigResolver(model, workbench.calibration());
    this.lowering = new Lowering(resolver.structure());
    long bytes =
        resolver.activations().stream().map(model.tensors()::get).filter(Objects::nonNull).mapToLong(TensorInfo::elements).sum()
            * sampleCount();
    this.fitsWhole = BASES_AT_ONCE * bytes <= budget;
  }

  /** The model. */
  public Model model() {
    return model;
  }

  /** Resolves configurations of the model. */
  public ConfigResolver resolver() {
    return resolver;
  }

  /** Number of samples. */
  public int sampleCount() {
    return reference.grid().samples();
  }

  /** Evaluations that were computed, not taken from the journal. */
  public int measured() {
    return measured;
  }

  /** The float model's own answers. */
  public Response floatResponse(Progress progress) {
    return overBatches(
        index -> {
          float[] exact = primary(reference.outputs(index));
          return new Answered(reference.batch(index).labels(), exact, exact);
        },
        progress);
  }

  /** Measures {@code config} and keeps its activations for configurations that share a part with it. */
  public Response base(QuantConfig config, Progress progress) {
    ResolvedConfig resolved = resolved(config);
    Response response = run(resolved, progress, fitsWhole ? WholeStore::new : batch -> batch);
    journal.record(key(resolved), response);
    return response;
  }

  /**
   * Measures {@code config}, computing only what no base has computed.
   *
   * @throws InvalidInputException when it has a recipe, here as everywhere else: {@link SweepBase} applies that before
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  public Response evaluate(QuantConfig config, Progress progress) {
    Keyed keyed = keyed(config);
    Optional<Response> known = journal.find(keyed.key());
    if (known.isPresent()) {
      return known.get();
    }
    Response response = run(keyed.resolved(), progress, ReadOnlyStore::new);
    journal.record(keyed.key(), response);
    return response;
  }

  /**
   * Measures many configurations, each on one thread: nothing waits for the slowest batch, and a plan is compiled while another
   * one runs. Those that say the same are measured once.
   *
   * @param sink hears of each on the calling thread, with its index, in the order in which they finish
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled; what was measured is in the journal
   */
  public void evaluateAll(List<QuantConfig> configs, ObjIntConsumer<Response> sink, Progress progress) {
    Keyed[] keyed = new Keyed[configs.size()];
    pool.forEach(keyed.length, i -> keyed(configs.get(i)), (i, it) -> keyed[i] = it, progress.silent());
    Map<String, List<Integer>> places = new LinkedHashMap<>();
    List<Keyed> fresh = new ArrayList<>();
    for (int i = 0; i < keyed.length; i++) {
      List<Integer> same = places.computeIfAbsent(keyed[i].key(), _ -> new ArrayList<>());
      same.add(i);
      if (same.size() == 1 && journal.find(keyed[i].key()).isEmpty()) {
        fresh.add(keyed[i]);
      }
    }
    places.forEach((key, same) -> journal.find(key).ifPresent(response -> same.forEach(i -> sink.accept(response, i))));
    pool.forEach(
        fresh.size(),
        index -> alone(fresh.get(index).resolved(), progress),
        (index, response) -> {
          measured++;
          String key = fresh.get(index).key();
          journal.record(key, response);
          places.getOrDefault(key, List.of()).forEach(i -> sink.accept(response, i));
        },
        progress);
  }

  /** A configuration and what its answers are known under, which takes a moment to find. */
  private record Keyed(ResolvedConfig resolved, String key) {}

  private Keyed keyed(QuantConfig config) {
    ResolvedConfig resolved = resolved(config);
    return new Keyed(resolved, key(resolved));
  }

  private Response alone(ResolvedConfig resolved, Progress progress) {
    BatchGrid grid = reference.grid();
    ResponseAccumulator sum = new ResponseAccumulator(model.graph());
    try (IntegerRuntime runtime = IntegerRuntime.open(lowering.lower(resolved), reuse)) {
      for (int index = 0; index < grid.count(); index++) {
        progress.checkCancelled();
        sum.add(
            reference.batch(index).labels(),
            primary(reference.outputs(index)),
            output(runtime, index, ReadOnlyStore::new),
            grid.size(index));
      }
    }
    return sum.response();
  }

  private float[] output(IntegerRuntime runtime, int index, StoreView view) {
    Batch batch = reference.batch(index);
    StepStore store = view.of(kept.batch(index, batch.size()));
    return primary(runtime.run(batch.inputs(), batch.size(), StepObserver.NONE, store));
  }

  /** Measures the first samples only, with the noise of the output of {@code layer}. */
  public Glimpse glimpse(QuantConfig config, Layer layer) {
    LoweredGraph lowered = lowering.lower(resolved(config));
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered, reuse)) {
      int count = reference.layerSamples(0);
      Batch batch = SampleRange.first(reference.batch(0), count);
      Tensor exact = Objects.requireNonNull(reference.layers(0).get(layer.output()), layer.output());
      LayerNoise noise = new LayerNoise(Map.of(layer.output(), exact), Set.of(layer.output()));
      Map<String, Tensor> outputs =
          runtime.run(batch.inputs(), batch.size(), noise, new ReadOnlyStore(kept.batch(0, batch.size())));
      ResponseAccumulator sum = new ResponseAccumulator(model.graph());
      Map<String, Tensor> reals = SampleRange.first(reference.outputs(0), reference.grid().size(0), count);
      sum.add(batch.labels(), primary(reals), primary(outputs), count);
      return new Glimpse(sum.response(), noise.sqnrDb(layer.output()));
    }
  }

  /**
   * Computes units 0 to {@code count - 1} on all threads of this evaluator.
   *
   * @param sink hears of each unit on the calling thread, in the order in which they finish
   */
  public <R> void inParallel(int count, IntFunction<R> unit, ObjIntConsumer<R> sink, Progress progress) {
    pool.forEach(count, unit, (index, result) -> sink.accept(result, index), progress);
  }

  /** Refuses what would be another model than the one at hand. */
  private ResolvedConfig resolved(QuantConfig config) {
    if (!config.recipe().isEmpty()) {
      throw new InvalidInputException("Configurations are measured one by one without a recipe, which is applied to their base.");
    }
    return resolver.resolve(config);
  }

  private String key(ResolvedConfig resolved) {
    return resolved.digest(model) + ":" + context;
  }

  /** How a batch's kept activations are used. */
  private interface StoreView {
    StepStore of(StepStore kept);
  }

  /** What the float model and the integers answer to one batch. */
  private record Answered(int[] labels, float[] exact, float[] output) {}

  private Response run(ResolvedConfig resolved, Progress progress, StoreView view) {
    try (IntegerRuntime runtime = IntegerRuntime.open(lowering.lower(resolved), reuse)) {
      Response response =
          overBatches(
              index -> new Answered(reference.batch(index).labels(), primary(reference.outputs(index)), output(runtime, index, view)),
              progress);
      measured++;
      return response;
    }
  }

  /** The response over all batches, computed in any order on all threads and added up in their own. */
  private Response overBatches(IntFunction<Answered> unit, Progress progress) {
    BatchGrid grid = reference.grid();
    Answered[] batches = new Answered[grid.count()];
    pool.forEach(batches.length, unit, (index, answered) -> batches[index] = answered, progress);
    ResponseAccumulator sum = new ResponseAccumulator(model.graph());
    for (int index = 0; index < batches.length; index++) {
      sum.add(batches[index].labels(), batches[index].exact(), batches[index].output(), grid.size(index));
    }
    return sum.response();
  }

  private float[] primary(Map<String, Tensor> outputs) {
    String first = model.graph().outputs().getFirst().name();
    return Objects.requireNonNull(outputs.get(first), first).floats();
  }

  /** All that a base computes is kept: each part of it is where many others begin. */
  private record WholeStore(StepStore kept) implements StepStore {
    @Override
    public Optional<Pin> pin(String key) {
      return kept.pin(key);
    }

    @Override
    public void save(String key, byte[] codes, int length) {
      kept.save(key, codes, length);
    }

    @Override
    public boolean keepsAll() {
      return true;
    }
  }

  /** What is kept may be read, but nothing is added: a sweep would only push out what it shares. */
  private record ReadOnlyStore(StepStore kept) implements StepStore {
    @Override
    public Optional<Pin> pin(String key) {
      return kept.pin(key);
    }

    @Override
    public void save(String key, byte[] codes, int length) {}
  }

  @Override
  public void close() {
    pool.close();
    reference.close();
    activations.close();
  }
}
