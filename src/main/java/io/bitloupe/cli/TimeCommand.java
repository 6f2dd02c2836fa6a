package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Prepared;
import io.bitloupe.exec.DeploymentTimer;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.Processor;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.report.Figures;
import java.time.Duration;
import java.util.ArrayList;
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

  private static final int MOST = 1024;

  @Option(
      names = "--batch",
      paramLabel = "N,N",
      split = ",",
      defaultValue = "1",
      description = "Samples of a run; default: ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--run-threads",
      paramLabel = "T,T",
      split = ",",
      defaultValue = "1",
      description = "Threads of a run in ONNX Runtime; default: ${DEFAULT-VALUE}.")
  private List<Integer> runThreads = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "How long to measure each; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  TimeCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    check("--batch", batches);
    check("--run-threads", runThreads);
    if (!(seconds > 0) || seconds > 600) {
      throw new InvalidInputException("--seconds needs a number above 0 and up to 600, not %s.".formatted(seconds));
    }
    MeasuringOptions.Opened opened = measuring.open(console());
    Prepared prepared = Setup.prepare(console(), opened.engine(), opened.workbench(), opened.config());
    ResolvedConfig resolved = prepared.resolve(opened.config());
    LoweredGraph lowered = Lowering.lower(prepared.workbench().model(), resolved);
    Dataset samples = prepared.workbench().data().report();
    int most = DeploymentTimer.mostSamples(lowered, samples);
    batches.stream()
        .filter(batch -> batch > most)
        .findFirst()
        .ifPresent(
            batch -> {
              throw new InvalidInputException(
                  "--batch takes at most %d here, not %d: a run of this model takes no more samples, or there are no more to report on."
                      .formatted(most, batch));
            });
    List<DeploymentTiming> timings = new ArrayList<>();
    try (ConsoleProgress progress = console().progress("timing")) {
      for (int batch : batches) {
        for (int threads : runThreads) {
          timings.add(DeploymentTimer.time(lowered, samples, batch, threads, Duration.ofNanos((long) (seconds * 1e9)), progress));
        }
      }
    }
    if (json) {
      console().print(document(opened.model(), resolved, timings));
    } else {
      print(opened, timings);
    }
    return ExitStatus.DONE;
  }

  private static void check(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1 || value > MOST) {
        throw new InvalidInputException("%s needs numbers from 1 to %d, not %d.".formatted(option, MOST, value));
      }
    }
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
    for (DeploymentTiming timing : timings) {
      table.row(
          Integer.toString(timing.batch()),
          Integer.toString(timing.threads()),
          Figures.milliseconds(timing.qdq().median()),
          quartiles(timing.qdq()),
          Figures.milliseconds(timing.floatModel().median()),
          quartiles(timing.floatModel()),
          Figures.decimal(timing.speedUp(), 2) + "×",
          Integer.toString(timing.runs()));
    }
    console().print(table.render());
  }

  private static String quartiles(DeploymentTiming.Spread spread) {
    return "%s to %s".formatted(Figures.milliseconds(spread.lowerQuartile()), Figures.milliseconds(spread.upperQuartile()));
  }

  private static ObjectNode document(Model model, ResolvedConfig resolved, List<DeploymentTiming> timings) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", model.fileName()).put("configDigest", resolved.digest(model)).put("processor", Processor.name());
    ArrayNode rows = document.putArray("timings");
    for (DeploymentTiming timing : timings) {
      ObjectNode row = rows.addObject().put("batch", timing.batch()).put("threads", timing.threads()).put("runs", timing.runs());
      put(row.putObject("exportedMs"), timing.qdq());
      put(row.putObject("floatMs"), timing.floatModel());
      row.put("speedUp", timing.speedUp());
    }
    return document;
  }

  private static void put(ObjectNode node, DeploymentTiming.Spread spread) {
    node.put("lowerQuartile", spread.lowerQuartile()).put("median", spread.median()).put("upperQuartile", spread.upperQuartile());
  }
}
