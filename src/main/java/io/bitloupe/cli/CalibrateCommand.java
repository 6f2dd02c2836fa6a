package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.engine.Workbench;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code calibrate}: the configuration with every scale and zero-point found. */
@CommandLine.Command(name = "calibrate", description = "Find every scale and zero-point, and write the resolved configuration.")
final class CalibrateCommand extends Command {

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "CONFIG",
      description = "The file to write.")
  private Path output = Path.of("");

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  CalibrateCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    AtomicFile.folderFor(output);
    MeasuringOptions.Opened opened = measuring.open(console());
    Workbench workbench = opened.workbench();
    ResolvedConfig resolved = ConfigResolver.resolve(opened.config(), opened.model(), workbench.calibration());
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
