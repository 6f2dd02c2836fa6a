package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Verification;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.report.Figures;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: the integer runtime against ONNX Runtime on the exported file. */
@CommandLine.Command(
    name = "verify",
    description =
        "Compare the integer runtime with ONNX Runtime on the exported file, step by step and running freely. Exit status 1 when a"
            + " step differs more than it may.")
final class VerifyCommand extends Command {

  @Option(names = "--samples", paramLabel = "N", description = "Samples of the report part; default: all of it.")
  private Optional<Integer> samples = Optional.empty();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private final MeasuringOptions measuring = new MeasuringOptions();

  VerifyCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    int count = SampleCount.check(samples);
    MeasuringOptions.Opened opened = measuring.open(console());
    Prepared prepared = Setup.prepare(console(), opened.engine(), opened.workbench(), opened.config());
    Workbench workbench = prepared.workbench();
    ResolvedConfig resolved = prepared.resolve(opened.config());
    VerificationResult result;
    try (ConsoleProgress progress = console().progress("verifying")) {
      result = Verification.verify(Lowering.lower(workbench.model(), resolved), workbench.data().report(), count, progress);
    }
    if (json) {
      console().print(document(opened.model(), resolved, result));
    } else {
      print(workbench, result);
    }
    if (!result.faults().isEmpty()) {
      console().warn(
          "%d of %d steps differ more than they may, the first is %s."
              .formatted(result.faults().size(), result.steps().size(), result.faults().getFirst().name()));
      return ExitStatus.CHECK_FAILED;
    }
    return ExitStatus.DONE;
  }

  private void print(Workbench workbench, VerificationResult result) {
    console()
        .println(
            "%s on %s of the report part of %s: integer runtime against ONNX Runtime on the exported file",
            workbench.model().fileName(), Figures.plural(result.samples(), "sample"), workbench.data().report().name());
    console()
        .println(
            "  step by step   %s",
            result.stepMaxLsb().isPresent() ? apart(result.stepMaxLsb().getAsInt()) : "no step could be compared");
    console()
        .println(
            "  free running   %s at the end, same class for %s, cosine %s%s",
            apart(result.endToEndMaxLsb()),
            Figures.percent(result.agreement()),
            Figures.decimal(result.outputCosine(), 6),
            result.firstDifference().map(step -> "; the first to differ is " + step).orElse(""));
    if (result.top1Integer().isPresent() && result.top1OnnxRuntime().isPresent()) {
      console()
          .println(
              "  top-1          %s, in ONNX Runtime %s",
              Figures.percent(result.top1Integer().getAsDouble()), Figures.percent(result.top1OnnxRuntime().getAsDouble()));
    }
    console()
        .println(
            "  fused          %d of the %d operators and layers that are to run in integers",
            result.fused().size(), result.fused().size() + result.unfused().size());
    result.unfused().forEach(node -> console().println("                 %s: %s", node.node(), node.reason()));
    result.causes().forEach(cause -> console().println("Cause: %s", cause));
    result.notes().forEach(note -> console().println("Note: %s", note));
    console().println("");
    TextTable table =
        new TextTable().text("step").text("operator").number("apart", "codes").number("differing", "%").number("allowed", "codes");
    for (VerificationResult.Step step : result.steps()) {
      table.row(
          step.name(),
          step.op(),
          Integer.toString(step.maxLsb()),
          Figures.decimal(100 * step.differingShare(), 3),
          Integer.toString(step.allowedLsb()));
    }
    console().print(table.render());
  }

  private static ObjectNode document(Model model, ResolvedConfig resolved, VerificationResult result) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("model", model.fileName());
    document.put("configDigest", resolved.digest(model));
    document.put("part", "report");
    document.put("samples", result.samples());
    document.put("passed", result.faults().isEmpty());
    putNumber(document, "stepMaxLsb", result.stepMaxLsb());
    document.put("endToEndMaxLsb", result.endToEndMaxLsb());
    document.put("firstDifference", result.firstDifference().orElse(null));
    document.put("agreement", result.agreement());
    document.put("outputCosine", result.outputCosine());
    putNumber(document, "top1Integer", result.top1Integer());
    putNumber(document, "top1OnnxRuntime", result.top1OnnxRuntime());
    ArrayNode steps = document.putArray("steps");
    for (VerificationResult.Step step : result.steps()) {
      steps
          .addObject()
          .put("name", step.name())
          .put("op", step.op())
          .put("maxLsb", step.maxLsb())
          .put("differingShare", step.differingShare())
          .put("allowedLsb", step.allowedLsb());
    }
    ArrayNode fused = document.putArray("fused");
    result.fused().forEach(fused::add);
    ArrayNode unfused = document.putArray("unfused");
    result.unfused().forEach(node -> unfused.addObject().put("node", node.node()).put("reason", node.reason()));
    ArrayNode causes = document.putArray("causes");
    result.causes().forEach(causes::add);
    ArrayNode notes = document.putArray("notes");
    result.notes().forEach(notes::add);
    return document;
  }

  private static String apart(int codes) {
    return codes == 0 ? "the same codes" : "at most %s apart".formatted(Figures.plural(codes, "code"));
  }

  private static void putNumber(ObjectNode document, String field, OptionalInt value) {
    if (value.isPresent()) {
      document.put(field, value.getAsInt());
    } else {
      document.putNull(field);
    }
  }

  private static void putNumber(ObjectNode document, String field, OptionalDouble value) {
    if (value.isPresent()) {
      document.put(field, value.getAsDouble());
    } else {
      document.putNull(field);
    }
  }
}
