package io.bitloupe.report;

import io.bitloupe.config.ChoiceText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.metric.Quality;

/** The part of the page with one row for each configuration, under one for the float model. */
final class ConfigurationsSection {

  private final Report report;
  private final HtmlText html = new HtmlText();

  private ConfigurationsSection(Report report) {
    this.report = report;
  }

  /** The section. */
  static String render(Report report) {
    return new ConfigurationsSection(report).render();
  }

  private String render() {
    html.line("<section>");
    html.line("<h2>Configurations</h2>");
    html.line("<div class=\"scroll\"><table>");
    head();
    html.line("<tbody>");
    floatRow();
    report.configurations().forEach(this::row);
    html.line("</tbody></table></div>");
    html.line("</section>");
    return html.toString();
  }

  private void head() {
    html.line("<thead><tr><th>configuration</th><th>weights</th><th>activations</th>");
    html.numberHead(report.hasLabels() ? "top-1" : "agreement", "%");
    html.numberHead("95 % interval", "%");
    if (report.hasLabels()) {
      html.numberHead("to float", "points");
      html.numberHead("95 % interval", "points");
      html.numberHead("agreement", "%");
    }
    html.numberHead("output SQNR", "dB");
    html.numberHead("size", "");
    html.numberHead("of float", "%");
    html.numberHead("BitOps", "");
    html.numberHead("in integers", "% of MACs");
    html.numberHead("ONNX Runtime", "ms");
    html.numberHead("float beside", "ms");
    html.numberHead("speed-up", "×");
    html.line("</tr></thead>");
  }

  private void floatRow() {
    Evaluation evaluation = report.chosenConfiguration().evaluation();
    html.append("<tr>");
    html.cell("float");
    html.cell("float32");
    html.cell("float32");
    html.number(report.hasLabels() ? Figures.percentNumber(report.floatValue()) : "100.00");
    html.number(Figures.NONE);
    if (report.hasLabels()) {
      html.number("0.00");
      html.number(Figures.NONE);
      html.number("100.00");
    }
    html.number("∞");
    html.number(Figures.bytes(evaluation.cost().floatWeightBytes()));
    html.number("100.0");
    html.number(Figures.large(evaluation.cost().macs() * Float.SIZE * Float.SIZE));
    html.number("0.0");
    html.number(Figures.milliseconds(report.floatLatency()));
    html.number(Figures.NONE);
    html.number(Figures.NONE);
    html.line("</tr>");
  }

  private void row(MeasuredConfig row) {
    Evaluation evaluation = row.evaluation();
    Quality quality = evaluation.quality();
    html.append(row.equals(report.chosenConfiguration()) ? "<tr class=\"chosen-row\">" : "<tr>");
    html.cell(row.name());
    html.cell(choice(row.config().weight()));
    html.cell(choice(row.config().activation()));
    html.number(Figures.percentNumber(quality.headline()));
    html.number(Figures.interval(quality.headlineInterval()));
    quality
        .accuracy()
        .ifPresent(
            accuracy -> {
              html.number(Figures.points(quality.deltaTop1(accuracy)));
              html.number(Figures.points(accuracy.deltaInterval().low()) + " to " + Figures.points(accuracy.deltaInterval().high()));
              html.number(Figures.percentNumber(quality.agreementFloat()));
            });
    html.number(Figures.decibels(quality.outputSqnrDb()));
    html.number(Figures.bytes(evaluation.cost().weightBytes()));
    html.number(Figures.decimal(100 * evaluation.cost().weightShare(), 1));
    html.number(Figures.large(evaluation.cost().bitOps()));
    html.number(Figures.decimal(100 * evaluation.cost().integerMacShare(), 1));
    html.number(Figures.milliseconds(evaluation.latency().onnxruntimeQdq()));
    html.number(Figures.milliseconds(evaluation.latency().onnxruntimeFloat()));
    html.number(Figures.ratio(evaluation.latency().speedUp()));
    html.line("</tr>");
  }

  private static String choice(TensorChoice choice) {
    return choice instanceof TensorChoice.Quantized quantized
        ? "%s, %s, %s"
            .formatted(
                ChoiceText.format(quantized.format().scheme()),
                ChoiceText.format(quantized.granularity()),
                ChoiceText.format(quantized.range()))
        : "float32";
  }
}
