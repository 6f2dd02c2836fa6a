package io.bitloupe.cli;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Model;
import io.bitloupe.report.Figures;
import java.nio.file.Path;
import java.util.Optional;
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

    /** Where the ranges come from, in words. */
    String rangesFrom() {
      return config.hasScales()
          ? config
              .calibration()
              .map(data -> "ranges of %s, from %s of %s".formatted(name, Figures.plural(data.samples(), "sample"), data.data()))
              .orElse("ranges of " + name)
          : "ranges from %s of %s"
              .formatted(
                  Figures.plural(workbench.calibration().samples(), "calibration sample"), workbench.data().calibration().name());
    }

    /** The model. */
    Model model() {
      return workbench.model();
    }
  }

  /** Reads the model, makes the choice, opens the data and calibrates, with progress on {@code console}. */
  Opened open(Console console) {
    LocalEngine engine = engineOptions.engine();
    Model model = ModelFile.open(console, modelFile);
    QuantConfig config = choice.choose(model);
    Workbench workbench = Setup.open(console, engine, model, data, dataOptions, config.calibration());
    return new Opened(engine, workbench, config, choice.name(config, model));
  }

  /** Refuses to write to {@code output} where that cannot be, or is the model or the data; asked before long work. */
  void checkOutput(Path output) {
    OutputFile.check(output, modelFile, Optional.of(data));
  }

  /** Threads to compute on. */
  int threads() {
    return engineOptions.threads();
  }

  /** Measures configurations around {@code base} on {@code samples} with what the engine may use. */
  ConfigEvaluator evaluator(SweepBase base, Dataset samples, ResponseJournal journal) {
    return base.evaluator(samples, threads(), engineOptions.activationBytes(), journal);
  }
}
