package io.bitloupe.report;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.DeploymentTiming.Spread;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The part of the page with the trade-offs: accuracy against size, and against time for each load that was timed. */
final class ChartsSection {

  private static final long SMALL_BYTES = 10_000_000;

  private final Report report;
  private final String value;
  private final HtmlText html = new HtmlText();

  private ChartsSection(Report report) {
    this.report = report;
    this.value = report.hasLabels() ? "top-1, %" : "agreement with float, %";
  }

  /** The section. */
  static String render(Report report) {
    return new ChartsSection(report).render();
  }

  private String render() {
    html.line("<section class=\"charts\">");
    size();
    report.loads().forEach(this::time);
    html.line("</section>");
    return html.toString();
  }

  private void size() {
    long floatBytes = report.chosenConfiguration().evaluation().cost().floatWeightBytes();
    boolean small = floatBytes < SMALL_BYTES;
    double unit = small ? 1e3 : 1e6;
    html.append(
        TradeOffChart.render(
            "Accuracy against size",
            "weights and biases, " + (small ? "kB" : "MB"),
            value,
            points(row -> Optional.of(new At(row.evaluation().cost().weightBytes() / unit, Optional.empty()))),
            new TradeOffChart.Reference(Optional.of(floatBytes / unit), 100 * report.floatValue())));
  }

  /** Each configuration was timed beside the float model: their ratio holds on a machine that others use too. */
  private void time(DeploymentLoad load) {
    html.append(
        TradeOffChart.render(
            "Accuracy against latency, " + Figures.load(load),
            "time in ONNX Runtime, % of float",
            value,
            points(row -> row.evaluation().latency().deployed(load).map(ChartsSection::ofFloat)),
            new TradeOffChart.Reference(Optional.of(100.0), 100 * report.floatValue())));
  }

  /** Where a point lies. */
  private record At(double cost, Optional<Spread> spread) {}

  private static At ofFloat(DeploymentTiming timing) {
    Spread spread = timing.percentOfFloat();
    return new At(spread.median(), Optional.of(spread));
  }

  private List<ChartPoint> points(Function<MeasuredConfig, Optional<At>> cost) {
    return report.configurations().stream()
        .flatMap(
            row ->
                cost.apply(row).stream()
                    .map(
                        at ->
                            ChartPoint.of(
                                row.name(),
                                at.cost(),
                                at.spread(),
                                row.evaluation().quality(),
                                row.equals(report.chosenConfiguration()))))
        .toList();
  }
}
