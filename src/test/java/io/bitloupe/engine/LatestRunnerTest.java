package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A failure reaches whoever waits for the outcome, and the experiment after it comes all the same. */
class LatestRunnerTest {

  private static final Path MODELS = Path.of("sample-models");
  private static final Experiment EXPERIMENT = new Experiment("test", QuantConfig.defaults(), RuntimeKind.INTEGER, 32, false);

  private final LocalEngine engine = new LocalEngine(2);
  private final Model model = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
  private final DataSplit data = engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, 16);
  private final Workbench workbench = engine.calibrate(model, data, Progress.NONE);

  @Test
  void whatCannotBeReadIsTold() throws Exception {
    AtomicBoolean repaired = new AtomicBoolean();
    Runnable check =
        () -> {
          if (!repaired.get()) {
            throw new InvalidInputException("The sample is gone.");
          }
        };
    DataSplit broken = new DataSplit(data.calibration(), data.tuning(), new WatchedData(data.report(), check));
    Workbench onBroken = workbench.on(broken, workbench.calibration());
    try (ExperimentRunner runner = engine.runner(onBroken)) {
      assertThatThrownBy(() -> Measured.run(runner, EXPERIMENT)).hasCauseInstanceOf(InvalidInputException.class);
      repaired.set(true);
      assertThat(Measured.run(runner, EXPERIMENT).quality().samples()).isEqualTo(32);
    }
  }

  @Test
  void aListenerThatFailsFailsAlone() throws Exception {
    CompletableFuture<Evaluation> heard = new CompletableFuture<>();
    try (ExperimentRunner runner = engine.runner(workbench)) {
      runner.submit(EXPERIMENT, new Failing(heard));
      heard.get(1, TimeUnit.MINUTES);
      assertThat(Measured.run(runner, EXPERIMENT).quality().samples()).isEqualTo(32);
    }
  }

  /** Hears of the result and fails. */
  private record Failing(CompletableFuture<Evaluation> heard) implements ExperimentListener {
    @Override
    public void onEstimate(Evaluation partial) {}

    @Override
    public void onComplete(Evaluation result) {
      heard.complete(result);
      throw new IllegalStateException("the listener fails");
    }

    @Override
    public void onCancelled() {}

    @Override
    public void onFailure(RuntimeException failure) {
      heard.completeExceptionally(failure);
    }
  }
}
