package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.FormatText;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What is computed incrementally equals what is computed from scratch, whatever was changed, cancelled or thrown out before. */
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

  /** A layer in float reads other constants in another format, though its nodes stay as they are. */
  @Test
  void formatsOfOneLayerAreToldApart() throws Exception {
    String weight = model.layers().get(5).weight().orElseThrow();
    try (LatestRunner incremental = new LatestRunner(workbench, new Ledger(), 2, 1L << 30)) {
      for (String name : List.of("bwn", "nf4", "fp8-e4m3")) {
        QuantConfig config =
            QuantConfig.defaults().with(weight, new TensorChoice.Coded(FormatText.parse(name), Granularity.CHANNEL));
        assertThat(run(incremental, config)).as(name).isEqualTo(fromScratch(config));
      }
    }
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
        found.add(Measured.run(runner, new Experiment("test", coarse, RuntimeKind.INTEGER, 1000, false, OptionalDouble.of(0.05))));
      }
    }
    int samples = found.getFirst().quality().samples();
    assertThat(samples).isLessThan(1000);
    assertThat(found.getFirst().isComplete()).isTrue();
    try (LatestRunner runner = new LatestRunner(workbench, new Ledger(), 2, 1L << 28)) {
      Evaluation whole = Measured.run(runner, new Experiment("test", coarse, RuntimeKind.INTEGER, samples, false));
      assertThat(found).hasSize(3).allMatch(whole::equals);
    }
  }

  @Test
  void onlyWhatFollowsAChangeIsComputedAgain() {
    ConfigResolver resolver = new ConfigResolver(model, workbench.calibration());
    Lowering lowering = new Lowering(resolver.structure());
    StepReuse reuse = new StepReuse();
    Batch batch = data.report().batch(0, 8);
    try (ActivationCache memory = new ActivationCache(1L << 30)) {
      ActivationCache.Part cache = memory.part();
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

  private static int steps(LoweredGraph lowered, StepReuse reuse, Batch batch, ActivationCache.Part cache) {
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

  private static Evaluation run(ExperimentRunner runner, QuantConfig config) throws Exception {
    return Measured.run(runner, experiment(config));
  }

  private static void cancelSomewhere(ExperimentRunner runner, QuantConfig config, Random random)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Evaluation> done = new CompletableFuture<>();
    CompletableFuture<Evaluation> reached = new CompletableFuture<>();
    Job job = runner.submit(experiment(config), new Measured(done, Optional.of(reached)));
    if (random.nextBoolean()) {
      CompletableFuture.anyOf(reached, done).get(2, TimeUnit.MINUTES);
    }
    job.cancel();
  }
}
