package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RecipeText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LastPreparedTest {

  private static final Path MODELS = Path.of("sample-models");

  /** What was measured is what is exported or judged next: a recipe is not applied again for it. */
  @Test
  void whatARunnerPreparedIsThere() throws Exception {
    LocalEngine engine = new LocalEngine(2, 1L << 20);
    Model model = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
    Workbench workbench =
        engine.calibrate(model, engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, 32), Progress.NONE);
    QuantConfig config = QuantConfig.defaults().withRecipe(RecipeText.parse("stochastic-rounding"));
    try (ExperimentRunner runner = engine.runner(workbench)) {
      Measured.run(runner, new Experiment("test", config, RuntimeKind.INTEGER, 32, false));
    }
    Job cancelled = new Job("would be cancelled if it were computed again");
    cancelled.cancel();
    Prepared prepared = engine.prepare(workbench, config, cancelled);
    assertThat(engine.prepare(workbench, config, Progress.NONE)).isSameAs(prepared);
    assertThat(prepared.effects()).isNotEmpty();
    String weight = model.layers().getFirst().weight().orElseThrow();
    QuantConfig other = config.with(weight, TensorChoice.FLOAT);
    assertThat(engine.prepare(workbench, other, Progress.NONE)).isNotSameAs(prepared);
    assertThat(engine.prepare(workbench, QuantConfig.defaults(), Progress.NONE).workbench()).isSameAs(workbench);
  }
}
