package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.report.EvaluationJson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evaluate}: accuracy, size and time of a configuration. */
@CommandLine.Command(name = "evaluate", description = "Measure a configuration: accuracy against float, size, operations, time.")
final class EvaluateCommand extends Command {

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file.")
  private Path modelFile = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATA",
      description = "An idx image file, an .npz, or a folder of images by class.")
  private Path data = Path.of("");

  @Option(names = "--samples", paramLabel = "N", description = "Samples of the report part; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      description = "integer (default), simulated (float arithmetic on quantized values) or onnxruntime (the exported file).")
  private String runtime = RuntimeKind.INTEGER.id();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final ChoiceOptions choice = new ChoiceOptions();
  @Mixin private final DataOptions dataOptions = new DataOptions();
  @Mixin private final EngineOptions engineOptions = new EngineOptions();

  EvaluateCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    RuntimeKind kind = runtimeKind();
    int count = SampleCount.check(samples);
    LocalEngine engine = engineOptions.engine();
    Model model = ModelLoader.load(modelFile);
    QuantConfig config = choice.choose(model);
    Workbench workbench = Setup.open(console(), engine, model, data, dataOptions);
    Evaluation evaluation;
    try (Measurements measurements = new Measurements(console(), engine, workbench)) {
      evaluation = measurements.measure("evaluating", config, kind, count, true);
    }
    if (json) {
      ObjectNode document = EvaluationJson.of(model.fileName(), evaluation);
      document.put("calibrationSamples", workbench.calibration().samples());
      document.put("totalSamples", Setup.totalSamples(workbench));
      console().print(document);
    } else {
      console()
          .println(
              "%s on %d samples of the report part of %s (calibrated on %d others), %s runtime",
              model.fileName(),
              evaluation.quality().samples(),
              workbench.data().report().name(),
              workbench.calibration().samples(),
              kind.id());
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
