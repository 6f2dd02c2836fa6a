package io.bitloupe.cli;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ConfigValidator;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.export.ExportFormat;
import io.bitloupe.export.ExportFormats;
import io.bitloupe.export.ExportRequest;
import io.bitloupe.export.Imported;
import io.bitloupe.export.Loss;
import io.bitloupe.export.ReadableFormat;
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

/** {@code convert}: the encodings of one tool as those of another. */
@CommandLine.Command(
    name = "convert",
    description = "Turn a file of one tool into that of another. What either cannot hold is listed. Files without scales need --data.")
final class ConvertCommand extends Command {

  @Parameters(index = "0", paramLabel = "IN", description = "The file to read.")
  private Path input = Path.of("");

  @Option(names = "--from", required = true, paramLabel = "FORMAT", completionCandidates = Readable.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = ExportCommand.FormatNames.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String to = "";

  @Option(names = "--model", required = true, paramLabel = "MODEL", description = "The ONNX file that both are for.")
  private Path modelFile = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(names = "--data", paramLabel = "DATA", description = "Data to set ranges with, where the file has none.")
  private Optional<Path> data = Optional.empty();

  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  ConvertCommand(Context context) {
    super(context);
  }

  /** The names of the formats that can be read, for help. */
  static final class Readable implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ExportFormats.readable().stream().map(ExportFormat::id).iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    ReadableFormat reader = ExportFormats.readableById(from);
    ExportFormat writer = ExportFormats.byId(to);
    OutputFile.check(output, modelFile, data);
    Model model = ModelFile.open(console(), modelFile);
    Imported imported = reader.read(input, model);
    ConfigValidator.check(imported.config(), model, input.toString());
    List<Loss> losses = writer.write(new ExportRequest(model, resolve(model, imported), Environment.productVersion()), output);
    console().println("%s: %s, %s", output, writer.title(), Figures.bytes(Files.size(output)));
    LossText.print(console(), "Not read", imported.losses());
    LossText.print(console(), "Not in the file", losses);
    return ExitStatus.DONE;
  }

  private ResolvedConfig resolve(Model model, Imported imported) {
    if (data.isEmpty()) {
      return ConfigResolver.resolve(imported.config(), model);
    }
    return Setup.open(console(), engineOptions.engine(), model, data.get(), dataOptions, imported.config().calibration())
        .resolve(imported.config());
  }
}
