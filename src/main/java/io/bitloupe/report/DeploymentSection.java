package io.bitloupe.report;

import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.DeploymentProfile.Kind;
import io.bitloupe.exec.DeploymentProfile.NodeTime;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.NodeVerdict.Outcome;
import java.util.ArrayList;
import java.util.List;

/** The part of the page on why the exported file is, or is not, faster: a waterfall, the slowest nodes, what is not fused and why. */
final class DeploymentSection {

  private static final int SLOWEST = 8;
  private static final int NAMED = 6;
  private static final double WIDTH = 620;
  private static final double LEFT = 150;
  private static final double RIGHT = 130;
  private static final double TOP = 28;
  private static final double ROW = 26;
  private static final double BAR = 14;
  private static final double THINNEST = 1;

  private final LintReport lint;
  private final DeploymentProfile profile;
  private final HtmlText html = new HtmlText();

  /** A bar of the waterfall, in milliseconds. */
  private record Bar(String label, double from, double to, String style) {}

  private DeploymentSection(Deployment deployment) {
    this.lint = deployment.lint();
    this.profile = deployment.profile();
  }

  /** The section for {@code deployment} of the configuration {@code name}. */
  static String render(Deployment deployment, String name) {
    return new DeploymentSection(deployment).render(name);
  }

  private String render(String name) {
    html.line("<section>");
    html.line("<h2>%s in ONNX Runtime: where the time goes</h2>", Html.escape(name));
    html.line("<p class=\"lead\">%s</p>", Html.escape(summary()));
    html.line("<div class=\"charts\">");
    waterfall();
    slowest();
    html.line("</div>");
    issues();
    html.line("</section>");
    return html.toString();
  }

  private String summary() {
    double ratio = profile.floatMilliseconds() / Math.max(Double.MIN_NORMAL, profile.quantizedMilliseconds());
    double outside = profile.milliseconds(Kind.FLOAT) + profile.milliseconds(Kind.BORDER);
    return ("%d of %d operators run on integers on %s. By its own profile (one sample, one thread, medians of %d runs) the file takes"
            + " %s ms where the float model takes %s ms: %s times as fast. %s %% of its time is spent outside of integer kernels.")
        .formatted(
            lint.count(Outcome.INTEGER),
            lint.findings().size(),
            lint.target().title(),
            profile.runs(),
            Figures.milliseconds(profile.quantizedMilliseconds()),
            Figures.milliseconds(profile.floatMilliseconds()),
            Figures.decimal(ratio, 2),
            Figures.decimal(100 * outside / Math.max(Double.MIN_NORMAL, profile.quantizedMilliseconds()), 1));
  }

  private List<Bar> bars() {
    double integer = profile.milliseconds(Kind.INTEGER);
    double inFloat = profile.milliseconds(Kind.FLOAT);
    List<Bar> bars = new ArrayList<>();
    bars.add(new Bar("float model", 0, profile.floatMilliseconds(), "float-time"));
    bars.add(new Bar(title(Kind.INTEGER), 0, integer, "integer-time"));
    bars.add(new Bar(title(Kind.FLOAT), integer, integer + inFloat, "left-time"));
    bars.add(new Bar(title(Kind.BORDER), integer + inFloat, profile.quantizedMilliseconds(), "border-time"));
    bars.add(new Bar("exported file", 0, profile.quantizedMilliseconds(), "integer-time"));
    return bars;
  }

  private static String title(Kind kind) {
    return switch (kind) {
      case INTEGER -> "on integers";
      case FLOAT -> "left in float";
      case BORDER -> "quantize, dequantize";
    };
  }

  private void waterfall() {
    List<Bar> bars = bars();
    double longest = Math.max(Double.MIN_NORMAL, Math.max(profile.floatMilliseconds(), profile.quantizedMilliseconds()));
    double scale = (WIDTH - LEFT - RIGHT) / longest;
    html.line(
        "<svg class=\"chart waterfall\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"Where the time goes\">",
        Html.px(WIDTH), Html.px(TOP + ROW * bars.size()));
    html.line("<text class=\"chart-title\" x=\"0\" y=\"12\">Milliseconds for one sample, and their share of the float model's</text>");
    double top = TOP;
    for (Bar bar : bars) {
      double from = LEFT + bar.from() * scale;
      double width = Math.max(THINNEST, (bar.to() - bar.from()) * scale);
      double middle = top + BAR / 2 + 4;
      html.line(
          "<text class=\"axis\" x=\"%s\" y=\"%s\" text-anchor=\"end\">%s</text>",
          Html.px(LEFT - 8), Html.px(middle), Html.escape(bar.label()));
      html.line(
          "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
          bar.style(), Html.px(from), Html.px(top), Html.px(width), Html.px(BAR));
      html.line(
          "<text x=\"%s\" y=\"%s\">%s</text>",
          Html.px(from + width + 6), Html.px(middle), Html.escape(figures(bar.to() - bar.from())));
      top += ROW;
    }
    html.line("</svg>");
  }

  private String figures(double milliseconds) {
    return "%s ms, %s %%".formatted(Figures.milliseconds(milliseconds), share(milliseconds));
  }

  private String share(double milliseconds) {
    return Figures.decimal(100 * milliseconds / Math.max(Double.MIN_NORMAL, profile.floatMilliseconds()), 1);
  }

  private void slowest() {
    html.line("<div class=\"scroll\"><table>");
    html.line("<thead><tr><th>slowest nodes of the file</th><th>operator</th><th>kind</th><th class=\"n\">time<small>ms</small></th>");
    html.line("<th class=\"n\">of float<small>%</small></th></tr></thead>");
    html.line("<tbody>");
    for (NodeTime node : profile.quantized().subList(0, Math.min(SLOWEST, profile.quantized().size()))) {
      html.line(
          "<tr><td class=\"name\">%s</td><td>%s</td><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>",
          Html.escape(node.name()),
          Html.escape(node.op()),
          title(node.kind()),
          Figures.milliseconds(node.milliseconds()),
          share(node.milliseconds()));
    }
    html.line("</tbody></table></div>");
  }

  private void issues() {
    if (lint.subjects().isEmpty()) {
      return;
    }
    html.line("<ul>");
    lint.subjects()
        .forEach(
            (issue, names) ->
                html.line("<li>%s: %s</li>", Html.escape(Figures.listed(names, NAMED)), Html.escape(issue.sentence())));
    html.line("</ul>");
  }
}
