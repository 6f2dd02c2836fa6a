package io.bitloupe.report;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A trade-off chart as an SVG file that needs nothing else. */
public final class TradeOffPicture {
  /** Colours without variables, which not every program that reads SVG knows. */
  public enum Palette {
    /** Dark on white. */
    LIGHT(Map.of("bg", "#ffffff", "grid", "#e9ecf0", "fg", "#1f2328", "muted", "#57606a", "faint", "#6e7781", "accent", "#0969da")),
    /** Light on black. */
    DARK(Map.of("bg", "#0d1117", "grid", "#1e242c", "fg", "#e6edf3", "muted", "#9da7b1", "faint", "#7d8590", "accent", "#4c9bff"));

    private final Map<String, String> colours;

    Palette(Map<String, String> colours) {
      this.colours = colours;
    }

    private String resolve(String style) {
      String resolved = style;
      for (Map.Entry<String, String> colour : colours.entrySet()) {
        resolved = resolved.replace("var(--" + colour.getKey() + ")", colour.getValue());
      }
      return resolved;
    }
  }

  private TradeOffPicture() {}

  /**
   * The picture as an SVG document.
   *
   * @param title above the chart
   * @param costLabel name and unit of the horizontal axis
   * @param valueLabel name and unit of the vertical axis
   * @param points the configurations, at least one
   * @param floatValue accuracy of the float model in percent
   * @param floatCost cost of the float model; empty when unknown
   * @param palette its colours
   */
  public static String svg(
      String title,
      String costLabel,
      String valueLabel,
      List<ChartPoint> points,
      double floatValue,
      OptionalDouble floatCost,
      Palette palette) {
    TradeOffChart.Reference reference = new TradeOffChart.Reference(floatCost.stream().boxed().findFirst(), floatValue);
    String chart = TradeOffChart.render(title, costLabel, valueLabel, points, reference);
    String style =
        HtmlReport.style().lines().filter(line -> line.startsWith(".chart ") && !line.contains("width: 100%"))
            .reduce("", (all, line) -> all + line + "\n");
    int open = chart.indexOf('>') + 1;
    return chart.substring(0, open).replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ")
        + palette.resolve(
            "\n<style>\n.chart { font: 11px Inter, system-ui, sans-serif; }\n"
                + style
                + "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"var(--bg)\"/>")
        + chart.substring(open);
  }
}
