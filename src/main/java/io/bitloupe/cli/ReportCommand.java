package io.bitloupe.cli;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.report.HtmlReport;
import io.bitloupe.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code report}: one HTML page with the charts. */
@CommandLine.Command(
    name = "report",
    description = "Measure the configuration beside the standard ones, and write an HTML page with charts and tables.")
final class ReportCommand extends Command {

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

  @Mixin private final TimingOptions timing = new TimingOptions();

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  ReportCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    int count = SampleCount.check(samples);
    List<DeploymentLoad> loads = timing.loads();
    measuring.checkOutput(output);
    MeasuringOptions.Opened opened = measuring.open(console());
    TimingOptions.checkBatches(loads, opened.model().batchable() ? opened.workbench().data().report().size() : 1);
    List<Sweep.Entry> entries =
        only ? List.of(new Sweep.Entry(opened.name(), opened.config())) : Sweep.around(opened.name(), opened.config());
    Report report =
        Sweep.run(
            console(), opened.engine(), opened.workbench(), entries, Optional.of(opened.config()), loads, count, measuring.threads());
    HtmlReport.write(report, output);
    console().print(ReportText.render(report));
    console().println("%s", output);
    return ExitStatus.DONE;
  }
}
