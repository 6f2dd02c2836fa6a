package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.report.EvaluationJson;
import io.bitloupe.report.Figures;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evaluate}: accuracy, size and time of a configuration. */
@CommandLine.Command(name = "evaluate", description = "Measure a configuration: accuracy against float, size, operations, time.")
final class EvaluateCommand extends Command {

  @Option(names = "--samples", paramLabel = "N", description = "Samples of the report part; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      description = "integer (default), simulated (float arithmetic on quantized values) or onnxruntime (the exported file).")
  private String runtime = RuntimeKind.INTEGER.id();

  @Option(
      names = "--metric-command",
      paramLabel = "COMMAND",
      description =
          "A program that judges the outputs by a measure of its own: called with a folder of NumPy arrays, one for each"
              + " output, it prints a number; once for the float model, once for the configuration.")
  private Optional<String> metricCommand = Optional.empty();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  EvaluateCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    RuntimeKind kind = runtimeKind();
    int count = SampleCount.check(samples);
    Optional<MetricProgram> program = metricCommand.map(MetricProgram::new);
    MeasuringOptions.Opened opened = measuring.open(console());
    Workbench workbench = opened.workbench();
    Evaluation evaluation;
    try (Measurements measurements = new Measurements(console(), opened.engine(), workbench)) {
      evaluation = measurements.measure("evaluating", opened.config(), kind, count, true);
    }
    Optional<OwnMetric> own = program.map(it -> OwnMetric.measure(it, console(), opened, kind, count));
    if (json) {
      ObjectNode document = EvaluationJson.of(opened.model().fileName(), evaluation);
      document.put("calibrationSamples", workbench.calibration().samples());
      document.put("totalSamples", Setup.totalSamples(workbench));
      own.ifPresent(metric -> document.set("metric", metric.json()));
      console().print(document);
    } else {
      console()
          .println(
              "%s on %s of the report part of %s (%s), %s runtime",
              opened.model().fileName(),
              Figures.plural(evaluation.quality().samples(), "sample"),
              workbench.data().report().name(),
              opened.rangesFrom(),
              kind.id());
      own.ifPresent(metric -> console().println("%s", metric.line()));
      console().print(EvaluationText.render(evaluation));
    }
    return ExitStatus.DONE;
  }

  private RuntimeKind runtimeKind() {
    return Arrays.stream(RuntimeKind.values())
        .filter(kind -> kind.id().equalsIgnoreCase(runtime))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "'%s' is no runtime; use %s."
                        .formatted(runtime, Arrays.stream(RuntimeKind.values()).map(RuntimeKind::id).collect(Collectors.joining(", ")))));
  }
}
