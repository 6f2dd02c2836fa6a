package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataSplit;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.exec.StepReuse;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What is computed incrementally equals what is computed from scratch, whatever was changed, cancelled or thrown out before. */
@Isolated("it looks at the heap")
class IncrementalEvaluationTest {

  private static final long SEED = 7;
  private static final int SAMPLES = 100;
  private static final Path MODELS = Path.of("sample-models");

  private final LocalEngine engine = new LocalEngine(2);
  private final Model model = engine.loadModel(MODELS.resolve("resnet-14.onnx"));
  private final DataSplit data =
      engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, DataSplit.DEFAULT_CALIBRATION_SAMPLES);
  private final Workbench workbench = engine.calibrate(model, data, Progress.NONE);

  @Test
  void equalsFromScratchOverRandomChanges() throws Exception {
    System.err.println("seed " + SEED);
    Random random = new Random(SEED);
    int compared = 0;
    // The second budget holds about one batch: entries are thrown out all the time. The last one holds nothing.
    int[] threads = {2, 1, 4};
    long[] budgets = {1L << 30, 32L << 20, 0};
    for (int round = 0; round < budgets.length; round++) {
      try (LatestRunner incremental = new LatestRunner(workbench, new Ledger(), threads[round], budgets[round])) {
        QuantConfig config = QuantConfig.defaults();
        for (int change = 0; change < 8; change++) {
          config = changed(config, random);
          if (random.nextInt(3) == 0) {
            cancelSomewhere(incremental, changed(config, random), random);
          }
          assertThat(run(incremental, config)).isEqualTo(fromScratch(config));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(24);
  }

  /** What was decided early is the result of the samples up to there, on any number of threads. */
  @Test
  void anEarlyDecisionIsTheResultOfItsSamples() throws Exception {
    QuantConfig coarse =
        QuantConfig.uniform(
            new TensorChoice.Quantized(IntegerFormat.weights(2), Granularity.CHANNEL, new RangeMethod.MinMax()),
            new TensorChoice.Quantized(IntegerFormat.activations(2), Granularity.TENSOR, new RangeMethod.MinMax()));
    List<Evaluation> found = new ArrayList<>();
    for (int threads : new int[] {1, 2, 4}) {
      try (LatestRunner runner = new LatestRunner(workbench, new Ledger(), threads, 1L << 28)) {
        found.add(run(runner, new Experiment("test", coarse, RuntimeKind.INTEGER, 1000, false, OptionalDouble.of(0.05))));
      }
    }
    int samples = found.getFirst().quality().samples();
    assertThat(samples).isLessThan(1000);
    assertThat(found.getFirst().isComplete()).isTrue();
    try (LatestRunner runner = new LatestRunner(workbench, new Ledger(), 2, 1L << 28)) {
      Evaluation whole = run(runner, new Experiment("test", coarse, RuntimeKind.INTEGER, samples, false));
      assertThat(found).hasSize(3).allMatch(whole::equals);
    }
  }

  /** A long sweep reuses what it was given: neither the heap nor the process grows. */
  @Test
  void aLongSweepDoesNotGrow() throws Exception {
    Model small = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
    DataSplit images = engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), small, 32);
    Workbench bench = engine.calibrate(small, images, Progress.NONE);
    Random random = new Random(SEED);
    try (LatestRunner runner = new LatestRunner(bench, new Ledger(), 2, 32L << 20)) {
      // Thousands, as a measurement: -Dsweep=4000.
      int evaluations = Integer.getInteger("sweep", 300);
      long[] heap = new long[4];
      long[] resident = new long[4];
      for (int quarter = 0; quarter < heap.length; quarter++) {
        for (int i = 0; i < evaluations / heap.length; i++) {
          QuantConfig config = QuantConfig.defaults();
          for (Layer layer : small.layers()) {
            config =
                config.with(
                    layer.weight().orElseThrow(),
                    new TensorChoice.Quantized(
                        IntegerFormat.weights(2 + random.nextInt(7)), Granularity.TENSOR, new RangeMethod.MinMax()));
          }
          run(runner, new Experiment("sweep", config, RuntimeKind.INTEGER, 32 + random.nextInt(2), false));
        }
        heap[quarter] = usedHeap();
        resident[quarter] = residentBytes();
      }
      System.err.println(
          "after each quarter of %d evaluations, bytes: heap %s, process %s"
              .formatted(evaluations, Arrays.toString(heap), Arrays.toString(resident)));
      assertThat(heap[3]).isLessThan(heap[1] + (16L << 20));
      assertThat(resident[3]).isLessThan(resident[1] + (128L << 20));
    }
  }

  /** Memory of this process, on systems that tell; else 1. */
  private static long residentBytes() throws IOException {
    Path pages = Path.of("/proc/self/statm");
    return Files.exists(pages) ? Long.parseLong(Files.readString(pages).split(" ", 3)[1]) << 12 : 1;
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void onlyWhatFollowsAChangeIsComputedAgain() {
    ConfigResolver resolver = new ConfigResolver(model, workbench.calibration());
    Lowering lowering = new Lowering(resolver.structure());
    StepReuse reuse = new StepReuse();
    Batch batch = data.report().batch(0, 8);
    try (ActivationCache cache = new ActivationCache(1L << 30)) {
      QuantConfig config = QuantConfig.defaults();
      int all = steps(lowering.lower(resolver.resolve(config)), reuse, batch, cache);
      for (Layer layer : List.of(model.layers().getLast(), model.layers().get(model.layers().size() / 2), model.layers().getFirst())) {
        QuantConfig changed =
            config.with(
                layer.weight().orElseThrow(),
                new TensorChoice.Quantized(IntegerFormat.weights(4), Granularity.CHANNEL, new RangeMethod.MinMax()));
        int ran = steps(lowering.lower(resolver.resolve(changed)), reuse, batch, cache);
        boolean first = layer.equals(model.layers().getFirst());
        assertThat(ran).as(layer.name()).isPositive().matches(count -> first ? count == all : count < all * 3 / 4);
        // What a sweep comes back to is there, but for a step that takes no longer than copying.
        assertThat(steps(lowering.lower(resolver.resolve(changed)), reuse, batch, cache)).isLessThanOrEqualTo(2);
      }
    }
  }

  private static int steps(LoweredGraph lowered, StepReuse reuse, Batch batch, ActivationCache cache) {
    int[] ran = {0};
    StepObserver counter =
        new StepObserver() {
          @Override
          public boolean observes(IntegerStep step) {
            return false;
          }

          @Override
          public void onTime(Step step, long nanoseconds) {
            ran[0]++;
          }
        };
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered, reuse)) {
      runtime.run(batch.inputs(), batch.size(), counter, cache.batch(0, batch.size()));
    }
    return ran[0];
  }

  @Test
  void anyNumberOfThreadsGivesTheSameAnswer() throws Exception {
    QuantConfig config = QuantConfig.defaults();
    Evaluation one;
    try (LatestRunner runner = new LatestRunner(workbench, new Ledger(), 1, 1L << 30)) {
      one = run(runner, config);
    }
    try (LatestRunner runner = new LatestRunner(workbench, new Ledger(), 3, 1L << 30)) {
      assertThat(run(runner, config)).isEqualTo(one);
    }
  }

  private Evaluation fromScratch(QuantConfig config) throws Exception {
    try (LatestRunner scratch = new LatestRunner(workbench, new Ledger(), 2, 0)) {
      return run(scratch, config);
    }
  }

  private QuantConfig changed(QuantConfig config, Random random) {
    Layer layer = model.layers().get(random.nextInt(model.layers().size()));
    int bits = 2 + random.nextInt(7);
    return switch (random.nextInt(4)) {
      case 0 -> config.with(
          layer.weight().orElseThrow(),
          new TensorChoice.Quantized(IntegerFormat.weights(bits), Granularity.CHANNEL, new RangeMethod.MinMax()));
      case 1 -> config.with(
          layer.output(),
          new TensorChoice.Quantized(IntegerFormat.activations(bits), Granularity.TENSOR, new RangeMethod.MinMax()));
      case 2 -> config.with(layer.weight().orElseThrow(), TensorChoice.FLOAT);
      default -> config.without(layer.weight().orElseThrow()).without(layer.output());
    };
  }

  private static Experiment experiment(QuantConfig config) {
    return new Experiment("test", config, RuntimeKind.INTEGER, SAMPLES, false);
  }

  /** Without wall-clock time, which is all that may differ. */
  private static Evaluation run(ExperimentRunner runner, QuantConfig config) throws Exception {
    return run(runner, experiment(config));
  }

  private static Evaluation run(ExperimentRunner runner, Experiment experiment) throws Exception {
    CompletableFuture<Evaluation> done = new CompletableFuture<>();
    runner.submit(experiment, new Completing(done, Optional.empty()));
    Evaluation result = done.get(2, TimeUnit.MINUTES);
    return new Evaluation(
        result.configDigest(), result.runtime(), result.quality(), result.totalSamples(), result.cost(), result.latency(),
        result.layers(), 0);
  }

  private static void cancelSomewhere(ExperimentRunner runner, QuantConfig config, Random random)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Evaluation> done = new CompletableFuture<>();
    CompletableFuture<Evaluation> reached = new CompletableFuture<>();
    Job job = runner.submit(experiment(config), new Completing(done, Optional.of(reached)));
    if (random.nextBoolean()) {
      CompletableFuture.anyOf(reached, done).get(2, TimeUnit.MINUTES);
    }
    job.cancel();
  }

  private record Completing(CompletableFuture<Evaluation> done, Optional<CompletableFuture<Evaluation>> first)
      implements ExperimentListener {

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
}
