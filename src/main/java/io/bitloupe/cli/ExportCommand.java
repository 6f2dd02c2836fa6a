package io.bitloupe.cli;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.export.ExportFormat;
import io.bitloupe.export.ExportFormats;
import io.bitloupe.export.ExportRequest;
import io.bitloupe.export.Loss;
import io.bitloupe.model.Model;
import io.bitloupe.report.Environment;
import io.bitloupe.report.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: the chosen configuration as a file that other tools read. */
@CommandLine.Command(
    name = "export",
    description = "Write the configuration for other tools. A configuration with scales needs no data; others are calibrated on it.")
final class ExportCommand extends Command {

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = FormatNames.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String format = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(names = "--data", paramLabel = "DATA", description = "Data to set ranges with.")
  private Optional<Path> data = Optional.empty();

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  ExportCommand(Context context) {
    super(context);
  }

  /** The names of the formats, for help. */
  static final class FormatNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ExportFormats.all().stream().map(ExportFormat::id).iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    ExportFormat exporter = ExportFormats.byId(format);
    OutputFile.check(output, modelFile, data);
    Model model = ModelLoader.load(modelFile);
    QuantConfig config = choice.choose(model);
    ResolvedConfig resolved = data.isPresent() ? calibrated(model, config, data.get()) : ConfigResolver.resolve(config, model);
    List<Loss> losses = exporter.write(new ExportRequest(model, resolved, Environment.productVersion()), output);
    console().println("%s: %s, %s", output, exporter.title(), Figures.bytes(Files.size(output)));
    LossText.print(console(), "Not in the file", losses);
    return ExitStatus.DONE;
  }

  private ResolvedConfig calibrated(Model model, QuantConfig config, Path samples) {
    return Setup.open(console(), engineOptions.engine(), model, samples, dataOptions, config.calibration()).resolve(config);
  }
}
