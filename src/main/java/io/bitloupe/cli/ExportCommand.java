package io.bitloupe.cli;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.export.ExportFormat;
import io.bitloupe.export.ExportFormats;
import io.bitloupe.export.ExportRequest;
import io.bitloupe.method.Recipe;
import io.bitloupe.method.Subject;
import io.bitloupe.model.Model;
import io.bitloupe.report.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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
      completionCandidates = FileOptions.Writable.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String format = "";

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final FileOptions files = new FileOptions();

  ExportCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() throws IOException {
    ExportFormat exporter = ExportFormats.byId(format);
    files.check(modelFile);
    Model model = ModelFile.open(console(), modelFile);
    QuantConfig config = choice.choose(model);
    ExportRequest request =
        files.haveData()
            ? calibrated(model, config)
            : withoutData(model, exporter.holdsActivations() ? config : withoutActivations(config, model));
    FileOptions.print(console(), "Not in the file", files.write(console(), exporter, request));
    return ExitStatus.DONE;
  }

  private ExportRequest calibrated(Model model, QuantConfig config) {
    LocalEngine engine = files.engine();
    Workbench workbench = files.calibrate(console(), engine, model, config.calibration());
    Prepared prepared = Setup.prepare(console(), engine, workbench, config);
    return new ExportRequest(prepared.workbench().model(), prepared.resolve(config), Environment.productVersion());
  }

  private static ExportRequest withoutData(Model model, QuantConfig config) {
    Subject subject = Recipe.apply(Subject.of(model, config, Optional.empty()), Progress.NONE);
    return new ExportRequest(
        subject.model(), ConfigResolver.resolve(subject.config(), subject.model()), Environment.productVersion());
  }

  private static QuantConfig withoutActivations(QuantConfig config, Model model) {
    Map<String, TensorChoice> inFloat = new LinkedHashMap<>();
    config.tensors().keySet().stream().filter(model.tensors()::containsKey).forEach(tensor -> inFloat.put(tensor, TensorChoice.FLOAT));
    return config.with(inFloat).withDefaults(config.weight(), TensorChoice.FLOAT);
  }
}
