package io.bitloupe.cli;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.metric.Quality;
import io.bitloupe.report.Figures;
import io.bitloupe.report.MeasuredConfig;
import io.bitloupe.report.Report;
import java.util.OptionalDouble;

/** The configurations of a report as a table in plain text. */
final class ReportText {

  private ReportText() {}

  static String render(Report report) {
    Evaluation first = report.configurations().getFirst().evaluation();
    boolean labels = first.quality().accuracy().isPresent();
    TextTable table = new TextTable().text("configuration").number(labels ? "top-1" : "agreement", "%").number("95 % interval", "%");
    if (labels) {
      table.number("to float", "points").number("agreement", "%");
    }
    table
        .number("size", "kB")
        .number("of float", "%")
        .number("in integers", "% of MACs")
        .number("ONNX Runtime", "ms")
        .number("float beside", "ms")
        .number("speed-up", "");
    table.row(floatRow(first, labels, Figures.milliseconds(report.floatLatency())));
    report.configurations().forEach(row -> table.row(row(row, labels)));
    return table.render();
  }

  private static String[] floatRow(Evaluation evaluation, boolean labels, String time) {
    Quality quality = evaluation.quality();
    String top1 =
        quality.accuracy().map(accuracy -> Figures.percentNumber(quality.top1Float(accuracy))).orElse("100.00");
    String size = kilobytes(evaluation.cost().floatWeightBytes());
    return labels
        ? new String[] {"float", top1, Figures.NONE, "0.00", "100.00", size, "100.0", "0.0", time, Figures.NONE, Figures.NONE}
        : new String[] {"float", top1, Figures.NONE, size, "100.0", "0.0", time, Figures.NONE, Figures.NONE};
  }

  private static String[] row(MeasuredConfig row, boolean labels) {
    Evaluation evaluation = row.evaluation();
    Quality quality = evaluation.quality();
    String headline = Figures.percentNumber(quality.headline());
    String range = Figures.interval(quality.headlineInterval());
    String size = kilobytes(evaluation.cost().weightBytes());
    String ofFloat = Figures.decimal(100 * evaluation.cost().weightShare(), 1);
    String integers = Figures.decimal(100 * evaluation.cost().integerMacShare(), 1);
    String time = Figures.milliseconds(evaluation.latency().onnxruntimeQdq());
    String beside = Figures.milliseconds(evaluation.latency().onnxruntimeFloat());
    return labels
        ? new String[] {
          row.name(), headline, range, delta(quality), Figures.percentNumber(quality.agreementFloat()), size, ofFloat, integers,
          time, beside, speedUp(evaluation)
        }
        : new String[] {row.name(), headline, range, size, ofFloat, integers, time, beside, speedUp(evaluation)};
  }

  private static String delta(Quality quality) {
    return quality
        .accuracy()
        .map(accuracy -> Figures.points(quality.deltaTop1(accuracy)))
        .orElse(Figures.NONE);
  }

  private static String speedUp(Evaluation evaluation) {
    OptionalDouble speedUp = evaluation.latency().speedUp();
    return speedUp.isPresent() ? Figures.ratio(speedUp) + "×" : Figures.NONE;
  }

  private static String kilobytes(long bytes) {
    return Figures.decimal(bytes / 1e3, 1);
  }
}
