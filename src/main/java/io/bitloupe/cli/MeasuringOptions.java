package io.bitloupe.cli;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command is given that runs a model on data: the two files, the choice of bits, and what the engine may use. */
final class MeasuringOptions {

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "An idx image file, an .npz, or a folder of images by class.")
  private Path data = Path.of("");

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  /**
   * A calibrated model, the configuration that was chosen for it, and the engine to measure it with.
   *
   * @param name what the chosen configuration is called in tables
   */
  record Opened(LocalEngine engine, Workbench workbench, QuantConfig config, String name) {

    /** The model. */
    Model model() {
      return workbench.model();
    }
  }

  /** Reads the model, makes the choice, opens the data and calibrates, with progress on {@code console}. */
  Opened open(Console console) {
    LocalEngine engine = engineOptions.engine();
    Model model = ModelLoader.load(modelFile);
    QuantConfig config = choice.choose(model);
    return new Opened(engine, Setup.open(console, engine, model, data, dataOptions), config, choice.name());
  }

  /** Threads to compute on. */
  int threads() {
    return engineOptions.threads();
  }
}
