package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RecipeText;
import io.bitloupe.exec.Progress;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecipeTrialsTest {

  private static final Path MODELS = Path.of("sample-models");
  private static final int SAMPLES = 60;

  private static Evaluation run(RecipeTrials trials, QuantConfig config, Optional<DataFree> made, List<Effect> effects) {
    return trials.run(config, made, effects::addAll, _ -> {}, new Job("trial"));
  }

  /** Recipes are chosen by the tuning part, and what sets ranges may be made without data. */
  @Test
  void trialsLookAtTheTuningPartAndMayDoWithoutCalibrationData() {
    Engine engine = new FewSamples(LocalEngine.headless(), SAMPLES);
    Model model = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
    Workbench workbench =
        engine.calibrate(model, engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, 64), Progress.NONE);
    QuantConfig config = QuantConfig.defaults();
    List<Effect> effects = new ArrayList<>();
    try (RecipeTrials trials = new RecipeTrials(workbench, Integer.MAX_VALUE, 2)) {
      Evaluation real = run(trials, config, Optional.empty(), effects);
      assertThat(real.quality().samples()).isEqualTo(SAMPLES);
      Evaluation noise = run(trials, config, Optional.of(DataFree.NOISE), effects);
      assertThat(noise.configDigest()).as("other ranges").isNotEqualTo(real.configDigest());
      assertThat(noise.quality().outputSqnrDb()).as("ranges of noise fit pictures less").isLessThan(real.quality().outputSqnrDb());
      assertThat(effects).isEmpty();
      run(trials, config.withRecipe(RecipeText.parse("bias-correction:statistics=data")), Optional.of(DataFree.NOISE), effects);
      assertThat(effects).isNotEmpty();
    }
  }
}
