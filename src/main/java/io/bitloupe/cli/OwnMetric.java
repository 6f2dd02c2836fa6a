package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.TemporaryFolder;
import io.bitloupe.engine.ModelOutputs;
import io.bitloupe.engine.Prepared;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.report.Figures;
import java.nio.file.Path;

/**
 * What a program of the user's says of the outputs.
 *
 * @param quantized its figure for the configuration
 * @param reference its figure for the float model
 */
record OwnMetric(double quantized, double reference) {

  private static final int DIGITS = 6;

  /** Runs both models over the report part, at most {@code samples} of it, and lets {@code program} judge each. */
  static OwnMetric measure(
      MetricProgram program, Console console, MeasuringOptions.Opened opened, RuntimeKind kind, int samples) {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      Path reference = folder.path().resolve("float");
      Path quantized = folder.path().resolve("quantized");
      ModelOutputs outputs = new ModelOutputs(opened.workbench(), samples);
      Prepared prepared = Setup.prepare(console, opened.engine(), opened.workbench(), opened.config());
      try (ConsoleProgress progress = console.progress("writing float outputs")) {
        outputs.writeFloat(reference, progress);
      }
      try (ConsoleProgress progress = console.progress("writing outputs")) {
        outputs.writeQuantized(prepared, opened.config(), kind, quantized, progress);
      }
      return new OwnMetric(program.judge(quantized, console::isInterrupted), program.judge(reference, console::isInterrupted));
    }
  }

  /** As a field of the document. */
  ObjectNode json() {
    return JsonNodeFactory.instance.objectNode().put("value", quantized).put("valueFloat", reference);
  }

  /** As a line of the text. */
  String line() {
    return "  %-14s %s, float %s".formatted(
        "own metric", Figures.decimal(quantized, DIGITS), Figures.decimal(reference, DIGITS));
  }
}
