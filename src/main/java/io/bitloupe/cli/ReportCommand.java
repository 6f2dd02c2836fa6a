package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Model;
import io.bitloupe.report.HtmlReport;
import io.bitloupe.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report}: one HTML page with the charts. */
@CommandLine.Command(
    name = "report",
    description = "Measure the configuration beside the standard ones, and write an HTML page with charts and tables.")
final class ReportCommand extends Command {

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "An idx image file, an .npz, or a folder of images by class.")
  private Path data = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.html",
      description = "The page to write.")
  private Path output = Path.of("");

  @Option(names = "--samples", paramLabel = "N", description = "Samples of the report part; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(names = "--only", description = "Measure the configuration alone, without the standard ones beside it.")
  private boolean only;

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  ReportCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    int count = SampleCount.check(samples);
    AtomicFile.folderFor(output);
    LocalEngine engine = engineOptions.engine();
    Model model = ModelLoader.load(modelFile);
    QuantConfig config = choice.choose(model);
    Workbench workbench = Setup.open(console(), engine, model, data, dataOptions);
    List<Sweep.Entry> entries = only ? List.of(new Sweep.Entry(choice.name(), config)) : Sweep.around(choice.name(), config);
    Report report = Sweep.run(console(), engine, workbench, entries, Optional.of(config), count, engineOptions.threads());
    HtmlReport.write(report, output);
    console().print(ReportText.render(report));
    console().println("%s", output);
    return ExitStatus.DONE;
  }
}
