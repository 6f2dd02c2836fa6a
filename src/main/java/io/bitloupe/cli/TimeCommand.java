package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.engine.Prepared;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTimer;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.Processor;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.report.Figures;
import io.bitloupe.report.TimingJson;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code time}: how fast the exported file runs in ONNX Runtime on this machine, beside the float model. */
@CommandLine.Command(
    name = "time",
    description =
        "Time the exported file in ONNX Runtime on this machine, in turns with the float model, after a warm-up: median and quartiles"
            + " for each batch and number of threads.")
final class TimeCommand extends Command {

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "How long to measure each; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final TimingOptions timing = new TimingOptions();

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  TimeCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    List<DeploymentLoad> loads = timing.loads();
    if (!(seconds > 0) || seconds > 600) {
      throw new InvalidInputException("--seconds needs a number above 0 and up to 600, not %s.".formatted(seconds));
    }
    MeasuringOptions.Opened opened = measuring.open(console());
    Prepared prepared = Setup.prepare(console(), opened.engine(), opened.workbench(), opened.config());
    ResolvedConfig resolved = prepared.resolve(opened.config());
    TimingOptions.checkBatches(
        loads, DeploymentTimer.mostSamples(Lowering.lower(prepared.workbench().model(), resolved), opened.workbench().data().report()));
    List<DeploymentTiming> timings;
    try (ConsoleProgress progress = console().progress("timing")) {
      timings = opened.engine().time(opened.workbench(), opened.config(), loads, Duration.ofNanos((long) (seconds * 1e9)), progress);
    }
    if (json) {
      console().print(document(opened.model(), resolved, timings));
    } else {
      print(opened, timings);
    }
    return ExitStatus.DONE;
  }

  private void print(MeasuringOptions.Opened opened, List<DeploymentTiming> timings) {
    console()
        .println(
            "%s, %s, in ONNX Runtime on %s: milliseconds for one sample, runs of both in turns",
            opened.model().fileName(), opened.name(), Processor.name());
    TextTable table =
        new TextTable()
            .number("batch", "samples")
            .number("threads", "")
            .number("exported", "median ms")
            .number("middle half", "ms")
            .number("float", "median ms")
            .number("middle half", "ms")
            .number("speed-up", "")
            .number("runs", "of each");
    for (DeploymentTiming row : timings) {
      table.row(
          Integer.toString(row.load().batch()),
          Integer.toString(row.load().threads()),
          Figures.milliseconds(row.qdq().median()),
          Figures.middleHalf(row.qdq()),
          Figures.milliseconds(row.floatModel().median()),
          Figures.middleHalf(row.floatModel()),
          Figures.decimal(row.speedUp(), 2) + "×",
          Integer.toString(row.runs()));
    }
    console().print(table.render());
  }

  private static ObjectNode document(Model model, ResolvedConfig resolved, List<DeploymentTiming> timings) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", model.fileName()).put("configDigest", resolved.digest(model)).put("processor", Processor.name());
    document.set("timings", TimingJson.of(timings));
    return document;
  }
}
