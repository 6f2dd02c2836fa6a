package io.bitloupe.cli;

import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.engine.Prepared;
import io.bitloupe.report.Figures;
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
    measuring.checkOutput(output);
    MeasuringOptions.Opened opened = measuring.open(console());
    Prepared prepared = Setup.prepare(console(), opened.engine(), opened.workbench(), opened.config());
    ResolvedConfig resolved = prepared.resolve(opened.config());
    ConfigCodec.write(resolved.config(), output);
    console()
        .println(
            "%s: %s and %s, %s",
            output,
            Figures.plural(resolved.weights().size(), "weight"),
            Figures.plural(resolved.activations().size(), "activation"),
            opened.rangesFrom());
    return ExitStatus.DONE;
  }
}
