package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Experiment;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.DropDecision;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.report.EvaluationJson;
import io.bitloupe.report.Figures;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
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

  @Option(
      names = "--decide-drop",
      paramLabel = "FRACTION",
      description =
          "Stop as soon as it is certain, with an anytime-valid 95 %% interval, whether the drop in top-1 against float is less or"
              + " more than this share of the samples; all figures are then of the samples up to there. Without it all samples count.")
  private Optional<Double> decideDrop = Optional.empty();

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
    decideDrop.filter(drop -> !(drop >= 0 && drop <= 1)).ifPresent(drop -> {
      throw new InvalidInputException("--decide-drop needs a share from 0 to 1, not %s.".formatted(drop));
    });
    Optional<MetricProgram> program = metricCommand.map(MetricProgram::new);
    MeasuringOptions.Opened opened = measuring.open(console());
    Workbench workbench = opened.workbench();
    if (decideDrop.isPresent() && !workbench.data().report().hasLabels()) {
      throw new InvalidInputException("--decide-drop needs labels, and %s has none.".formatted(workbench.data().report().name()));
    }
    Evaluation evaluation;
    try (Measurements measurements = new Measurements(console(), opened.engine(), workbench)) {
      OptionalDouble drop = decideDrop.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
      evaluation = measurements.measure(new Experiment("evaluating", opened.config(), kind, count, true, drop));
    }
    Optional<DropDecision> decision = decision(opened.engine(), evaluation);
    int measured = evaluation.totalSamples();
    Optional<OwnMetric> own = program.map(it -> OwnMetric.measure(it, console(), opened, kind, measured));
    if (json) {
      ObjectNode document = EvaluationJson.of(opened.model().fileName(), evaluation);
      document.put("calibrationSamples", workbench.calibration().samples());
      document.put("totalSamples", workbench.data().size());
      decision.ifPresent(
          made ->
              document
                  .putObject("decision")
                  .put("drop", decideDrop.orElseThrow())
                  .put("verdict", made.verdict().name().toLowerCase(Locale.ROOT))
                  .put("samples", made.samples())
                  .put("low", made.interval().low())
                  .put("high", made.interval().high()));
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
      decision.ifPresent(this::print);
    }
    return ExitStatus.DONE;
  }

  private Optional<DropDecision> decision(LocalEngine engine, Evaluation evaluation) {
    return decideDrop.flatMap(
        drop ->
            engine.outcomes(evaluation)
                .map(
                    outcomes -> {
                      DropDecision decision = new DropDecision(drop);
                      decision.add(outcomes);
                      return decision;
                    }));
  }

  private void print(DropDecision decision) {
    String verdict =
        switch (decision.verdict()) {
          case WITHIN -> "is less than";
          case BEYOND -> "is more than";
          case OPEN -> "may be less or more than";
        };
    console()
        .println(
            "After %s the drop %s %s points: the difference to float is %s to %s points (95 %%, whenever one stops).",
            Figures.plural(decision.samples(), "sample"),
            verdict,
            "%.2f".formatted(100 * decideDrop.orElseThrow()),
            Figures.points(decision.interval().low()),
            Figures.points(decision.interval().high()));
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
