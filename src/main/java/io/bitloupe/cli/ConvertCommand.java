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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  @Option(names = "--from", required = true, paramLabel = "FORMAT", completionCandidates = FileOptions.Readable.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = FileOptions.Writable.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String to = "";

  @Option(names = "--model", required = true, paramLabel = "MODEL", description = "The ONNX file that both are for.")
  private Path modelFile = Path.of("");

  @Mixin private final FileOptions files = new FileOptions();

  ConvertCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws IOException {
    ReadableFormat reader = ExportFormats.readableById(from);
    ExportFormat writer = ExportFormats.byId(to);
    files.check(modelFile);
    Model model = ModelFile.open(console(), modelFile);
    Imported imported = reader.read(input, model);
    ConfigValidator.check(imported.config(), model, input.toString());
    ExportRequest request = new ExportRequest(model, resolve(model, imported), Environment.productVersion());
    List<Loss> losses = files.write(console(), writer, request);
    FileOptions.print(console(), "Not read", imported.losses());
    FileOptions.print(console(), "Not in the file", losses);
    return ExitStatus.DONE;
  }

  private ResolvedConfig resolve(Model model, Imported imported) {
    return files.haveData()
        ? files.calibrate(console(), files.engine(), model, imported.config().calibration()).resolve(imported.config())
        : ConfigResolver.resolve(imported.config(), model);
  }
}
