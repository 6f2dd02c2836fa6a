package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.report.Figures;
import io.bitloupe.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code start}: the whole job on a sample model, in the window, or without a display as a table and report files. */
@CommandLine.Command(
    name = "start",
    description =
        "Open the window with a sample model and its data, the engine working. Without a display: measure the standard"
            + " configurations, print their table, and write a report as HTML, CSV and JSON.")
final class StartCommand extends Command {

  @Option(names = "--model", paramLabel = "MODEL", description = "An ONNX file; default: the sample mobilenetv2-mini.")
  private Optional<Path> modelFile = Optional.empty();

  @Option(names = "--data", paramLabel = "DATA", description = "Its data; default: what lies beside a sample model.")
  private Optional<Path> data = Optional.empty();

  @Option(names = "--samples", paramLabel = "N", description = "Without a display: samples of the report part; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Without a display: where the report goes; default: ${DEFAULT-VALUE}.",
      defaultValue = "bitloupe-report")
  private Path output = Path.of("bitloupe-report");

  @Option(names = "--no-window", description = "Behave as without a display.")
  private boolean noWindow;

  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  StartCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    Path model = modelFile.orElseGet(SampleModels::model);
    requireFile(model);
    Path samplesFile =
        data.or(() -> SampleModels.dataBeside(model))
            .orElseThrow(() -> new InvalidInputException("There is no data beside %s; say --data.".formatted(model)));
    requireFile(samplesFile);
    if (noWindow) {
      return withoutWindow(model, samplesFile);
    }
    Optional<String> obstacle = context().window().obstacle();
    if (obstacle.isPresent()) {
      console().warn(Sentences.withoutStop(obstacle.get()) + "; doing the same job without a window.");
      return withoutWindow(model, samplesFile);
    }
    return context().window().open(Optional.of(model), Optional.of(samplesFile));
  }

  private static void requireFile(Path file) {
    if (!Files.exists(file)) {
      throw new InvalidInputException("%s cannot be used: there is no such file.".formatted(file));
    }
  }

  private int withoutWindow(Path file, Path samplesFile) {
    int count = SampleCount.check(samples);
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new InvalidInputException("The folder %s cannot be made: a file of that name is in the way.".formatted(output));
    }
    LocalEngine engine = engineOptions.engine();
    Model model = ModelLoader.load(file);
    console()
        .println(
            "%s: %s, %s parameters, %s MACs for one sample",
            model.fileName(), Figures.plural(model.layers().size(), "layer"), Figures.count(model.parameters()),
                Figures.count(model.macs()));
    DataSplit split = engine.openData(samplesFile, model, DataSplit.DEFAULT_CALIBRATION_SAMPLES);
    makeFolder();
    Workbench workbench = Setup.calibrate(console(), engine, model, split);
    console()
        .println(
            "%s: %s samples for calibration, %s for tuning, %s for the report%n",
            split.report().name(),
            Figures.count(split.calibration().size()),
            Figures.count(split.tuning().size()),
            Figures.count(Math.min(count, split.report().size())));
    Report report = Sweep.run(console(), engine, workbench, Sweep.standard(), Optional.empty(), List.of(), count, engineOptions.threads());
    console().print(ReportText.render(report));
    ReportFiles.write(report, output).forEach(path -> console().println("%s", path));
    return ExitStatus.DONE;
  }

  private void makeFolder() {
    try {
      Files.createDirectories(output);
    } catch (IOException failure) {
      throw new InvalidInputException("The folder %s cannot be made: %s.".formatted(output, AtomicFile.reason(failure)), failure);
    }
  }
}
