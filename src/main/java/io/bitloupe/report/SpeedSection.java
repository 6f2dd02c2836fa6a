package io.bitloupe.report;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.DeploymentTiming.Spread;

/** The part of the page with the measured times of every configuration under every load: median, spread, and the float model beside. */
final class SpeedSection {

  private final Report report;
  private final HtmlText html = new HtmlText();

  private SpeedSection(Report report) {
    this.report = report;
  }

  /** The section; nothing where nothing was timed. */
  static String render(Report report) {
    return report.loads().isEmpty() ? "" : new SpeedSection(report).render();
  }

  private String render() {
    html.line("<section>");
    html.line("<h2>Speed in ONNX Runtime</h2>");
    html.line(
        "<p class=\"lead\">Milliseconds for one sample: the median of timed runs after a warm-up and, beside it, where their middle half"
            + " lies. Runs of the exported file and of the float model take turns.</p>");
    html.line("<div class=\"scroll\"><table>");
    html.line("<thead><tr><th>configuration</th>");
    html.numberHead("batch", "samples");
    html.numberHead("threads", "");
    html.numberHead("exported", "ms");
    html.numberHead("middle half", "ms");
    html.numberHead("float", "ms");
    html.numberHead("middle half", "ms");
    html.numberHead("speed-up", "×");
    html.numberHead("runs", "of each");
    html.line("</tr></thead>");
    html.line("<tbody>");
    for (DeploymentLoad load : report.loads()) {
      for (MeasuredConfig row : report.configurations()) {
        row.evaluation().latency().deployed(load).ifPresent(timing -> row(row, timing));
      }
    }
    html.line("</tbody></table></div>");
    html.line("</section>");
    return html.toString();
  }

  private void row(MeasuredConfig row, DeploymentTiming timing) {
    html.append(row.equals(report.chosenConfiguration()) ? "<tr class=\"chosen-row\">" : "<tr>");
    html.cell(row.name());
    html.number(Integer.toString(timing.load().batch()));
    html.number(Integer.toString(timing.load().threads()));
    spread(timing.qdq());
    spread(timing.floatModel());
    html.number(Figures.decimal(timing.speedUp(), 2));
    html.number(Integer.toString(timing.runs()));
    html.line("</tr>");
  }

  private void spread(Spread spread) {
    html.number(Figures.milliseconds(spread.median()));
    html.number(Figures.middleHalf(spread));
  }
}
