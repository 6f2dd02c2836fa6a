package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code calibrate}: the configuration with every scale and zero-point found. */
@CommandLine.Command(name = "calibrate", description = "Find every scale and zero-point, and write the resolved configuration.")
final class CalibrateCommand extends Command {

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
      paramLabel = "CONFIG",
      description = "The file to write.")
  private Path output = Path.of("");

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  CalibrateCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    AtomicFile.folderFor(output);
    LocalEngine engine = engineOptions.engine();
    Model model = ModelLoader.load(modelFile);
    QuantConfig config = choice.choose(model);
    Workbench workbench = Setup.open(console(), engine, model, data, dataOptions);
    ResolvedConfig resolved = ConfigResolver.resolve(config, model, workbench.calibration());
    ConfigCodec.write(resolved.config(), output);
    console()
        .println(
            "%s: %d weights and %d activations, ranges from the %d calibration samples of %s",
            output,
            resolved.weights().size(),
            resolved.activations().size(),
            workbench.calibration().samples(),
            workbench.data().calibration().name());
    return ExitStatus.DONE;
  }
}
