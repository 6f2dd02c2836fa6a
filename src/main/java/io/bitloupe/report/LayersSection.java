package io.bitloupe.report;

import io.bitloupe.engine.LayerResult;
import java.util.OptionalDouble;

/** The part of the page with one row for each layer of the configuration that is shown in detail. */
final class LayersSection {

  private static final double FULL_BAR_DB = 60;

  private final MeasuredConfig chosen;
  private final HtmlText html = new HtmlText();

  private LayersSection(MeasuredConfig chosen) {
    this.chosen = chosen;
  }

  /** The section for {@code chosen}. */
  static String render(MeasuredConfig chosen) {
    return new LayersSection(chosen).render();
  }

  private String render() {
    html.line("<section>");
    html.line("<h2>Layers of %s</h2>", Html.escape(chosen.name()));
    html.line("<div class=\"scroll\"><table>");
    html.line("<thead><tr><th>layer</th><th>operator</th>");
    html.numberHead("weights", "bits");
    html.numberHead("input", "bits");
    html.numberHead("size", "");
    html.numberHead("weight SQNR", "dB");
    html.line("<th class=\"bar-head\">output SQNR<small>dB</small></th>");
    html.numberHead("integer runtime", "ms");
    html.line("</tr></thead>");
    html.line("<tbody>");
    chosen.evaluation().layers().forEach(this::row);
    html.line("</tbody></table></div>");
    html.line("</section>");
    return html.toString();
  }

  private void row(LayerResult layer) {
    html.append("<tr>");
    html.cell(layer.name());
    html.cell(layer.op());
    html.number(Figures.bits(layer.weightBits()));
    html.number(Figures.bits(layer.activationBits()));
    html.number(Figures.bytes(layer.weightBytes()));
    html.number(layer.weightBits() == 0 ? Figures.NONE : Figures.decibels(layer.weightSqnrDb()));
    bar(layer.outputSqnrDb());
    html.number(Figures.milliseconds(layer.milliseconds()));
    html.line("</tr>");
  }

  private void bar(OptionalDouble decibels) {
    if (decibels.isEmpty()) {
      html.append("<td class=\"bar-cell\"><span class=\"bar-value\">" + Figures.NONE + "</span></td>");
      return;
    }
    double share = Math.clamp(decibels.getAsDouble() / FULL_BAR_DB, 0, 1);
    html.append(
        ("<td class=\"bar-cell\"><span class=\"bar-value\">%s</span><svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\""
                + " aria-hidden=\"true\"><rect width=\"%s\" height=\"8\"/></svg></td>")
            .formatted(Figures.decibels(decibels.getAsDouble()), Html.px(100 * share)));
  }
}
