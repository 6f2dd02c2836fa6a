package io.bitloupe.report;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.ChoiceText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A report as one HTML file that needs nothing else: style and charts are inside, light or dark as the reader's system is. */
public final class HtmlReport {

  private static final String STYLE = "report.css";
  private static final double FULL_BAR_DB = 60;

  private final Report report;
  private final Model model;
  private final StringBuilder html = new StringBuilder();

  private HtmlReport(Report report) {
    this.report = report;
    this.model = report.model();
  }

  /** Writes {@code report} to {@code file}, as a whole or not at all. */
  public static void write(Report report, Path file) {
    AtomicFile.writeText(file, render(report));
  }

  /** The page. */
  public static String render(Report report) {
    return new HtmlReport(report).render();
  }

  private String render() {
    String title = "%s, quantized".formatted(model.fileName());
    line("<!DOCTYPE html>");
    line("<html lang=\"en\">");
    line("<head>");
    line("<meta charset=\"utf-8\">");
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    line("<meta name=\"color-scheme\" content=\"light dark\">");
    line("<title>%s</title>", Html.escape(title));
    line("<style>");
    html.append(style());
    line("</style>");
    line("</head>");
    line("<body>");
    line("<main>");
    header(title);
    headline();
    charts();
    configurations();
    html.append(DeploymentSection.render(report.deployment(), report.chosenConfiguration().name()));
    layers();
    notes();
    environment();
    line("</main>");
    line("</body>");
    line("</html>");
    return html.toString();
  }

  private void header(String title) {
    Quality quality = chosen().quality();
    line("<h1>%s</h1>", Html.escape(title));
    line(
        "<p class=\"lead\">%s of %s samples of %s, the report part; ranges were set on %s other samples. %s runtime. %s</p>",
        Figures.count(quality.samples()),
        Figures.count(report.totalSamples()),
        Html.escape(report.data()),
        Figures.count(report.calibrationSamples()),
        switch (chosen().runtime()) {
          case INTEGER -> "Integer";
          case SIMULATED -> "Simulated";
          case ONNXRUNTIME -> "ONNX";
        },
        hasLabels()
            ? "Accuracy is top-1, with 95 % intervals."
            : "The data has no labels: agreement with the float model stands in for accuracy, with 95 % intervals.");
  }

  private void headline() {
    Evaluation evaluation = chosen();
    MeasuredConfig row = report.chosenConfiguration();
    line("<section class=\"cards\">");
    card(
        row.name(),
        Figures.percent(evaluation.quality().headline()),
        interval(evaluation.quality().headlineInterval()) + " %");
    evaluation
        .quality()
        .accuracy()
        .ifPresent(
            accuracy ->
                card(
                    "against float",
                    Figures.points(delta(accuracy, evaluation)) + " points",
                    "%s to %s; float %s"
                        .formatted(
                            Figures.points(accuracy.deltaInterval().low()),
                            Figures.points(accuracy.deltaInterval().high()),
                            Figures.percent(floatTop1(accuracy, evaluation)))));
    card(
        "weights and biases",
        Figures.bytes(evaluation.cost().weightBytes()),
        "%s of %s in float".formatted(times(ratio(evaluation)), Figures.bytes(evaluation.cost().floatWeightBytes())));
    speedUp(evaluation)
        .ifPresent(
            speedUp ->
                card(
                    "in ONNX Runtime",
                    Figures.milliseconds(evaluation.latency().onnxruntimeQdq()) + " ms",
                    "%s ms in float, %s× as fast"
                        .formatted(
                            Figures.milliseconds(evaluation.latency().onnxruntimeFloat()), Figures.decimal(speedUp, 2))));
    line("</section>");
  }

  private static String times(double ratio) {
    return Figures.decimal(100 * ratio, 1) + " %";
  }

  private static double ratio(Evaluation evaluation) {
    return (double) evaluation.cost().weightBytes() / Math.max(1, evaluation.cost().floatWeightBytes());
  }

  private static Optional<Double> speedUp(Evaluation evaluation) {
    OptionalDouble quantized = evaluation.latency().onnxruntimeQdq();
    OptionalDouble inFloat = evaluation.latency().onnxruntimeFloat();
    return quantized.isPresent() && inFloat.isPresent() && quantized.getAsDouble() > 0
        ? Optional.of(inFloat.getAsDouble() / quantized.getAsDouble())
        : Optional.empty();
  }

  private void card(String caption, String figure, String detail) {
    line(
        "<div class=\"card\"><div class=\"caption\">%s</div><div class=\"figure\">%s</div><div class=\"detail\">%s</div></div>",
        Html.escape(caption), Html.escape(figure), Html.escape(detail));
  }

  private void charts() {
    line("<section class=\"charts\">");
    String value = hasLabels() ? "top-1, %" : "agreement with float, %";
    long floatBytes = chosen().cost().floatWeightBytes();
    boolean small = floatBytes < 10_000_000;
    double unit = small ? 1e3 : 1e6;
    html.append(
        TradeOffChart.render(
            "Accuracy against size",
            "weights and biases, " + (small ? "kB" : "MB"),
            value,
            points(row -> OptionalDouble.of(row.evaluation().cost().weightBytes() / unit)),
            new TradeOffChart.Reference(Optional.of(floatBytes / unit), 100 * floatValue())));
    // Each configuration was timed beside the float model: their ratio holds on a machine that others use too.
    List<TradeOffChart.Point> timed =
        points(row -> speedUp(row.evaluation()).map(speedUp -> OptionalDouble.of(100 / speedUp)).orElse(OptionalDouble.empty()));
    if (!timed.isEmpty()) {
      html.append(
          TradeOffChart.render(
              "Accuracy against latency",
              "time in ONNX Runtime, % of float",
              value,
              timed,
              new TradeOffChart.Reference(Optional.of(100.0), 100 * floatValue())));
    }
    line("</section>");
  }

  private List<TradeOffChart.Point> points(Function<MeasuredConfig, OptionalDouble> cost) {
    List<TradeOffChart.Point> points = new ArrayList<>();
    for (MeasuredConfig row : report.configurations()) {
      Quality quality = row.evaluation().quality();
      cost.apply(row)
          .ifPresent(
              at ->
                  points.add(
                      new TradeOffChart.Point(
                          row.name(),
                          at,
                          100 * quality.headline(),
                          100 * quality.headlineInterval().low(),
                          100 * quality.headlineInterval().high(),
                          row.equals(report.chosenConfiguration()))));
    }
    return points;
  }

  private void configurations() {
    line("<section>");
    line("<h2>Configurations</h2>");
    line("<div class=\"scroll\"><table>");
    line("<thead><tr><th>configuration</th><th>weights</th><th>activations</th><th class=\"n\">%s<small>%%</small></th>", hasLabels()
        ? "top-1" : "agreement");
    line("<th class=\"n\">95 % interval<small>%</small></th>");
    if (hasLabels()) {
      line("<th class=\"n\">to float<small>points</small></th><th class=\"n\">95 % interval<small>points</small></th>");
      line("<th class=\"n\">agreement<small>%</small></th>");
    }
    line("<th class=\"n\">output SQNR<small>dB</small></th><th class=\"n\">size</th><th class=\"n\">of float<small>%</small></th>");
    line("<th class=\"n\">BitOps</th><th class=\"n\">in integers<small>% of MACs</small></th>");
    line("<th class=\"n\">ONNX Runtime<small>ms</small></th><th class=\"n\">float beside<small>ms</small></th>");
    line("<th class=\"n\">speed-up<small>×</small></th></tr></thead>");
    line("<tbody>");
    floatRow();
    report.configurations().forEach(this::configurationRow);
    line("</tbody></table></div>");
    line("</section>");
  }

  private void floatRow() {
    Evaluation evaluation = chosen();
    html.append("<tr>");
    cell("float");
    cell("float32");
    cell("float32");
    number(hasLabels() ? Figures.percentNumber(floatValue()) : "100.00");
    number(Figures.NONE);
    if (hasLabels()) {
      number("0.00");
      number(Figures.NONE);
      number("100.00");
    }
    number("∞");
    number(Figures.bytes(evaluation.cost().floatWeightBytes()));
    number("100.0");
    number(Figures.large(evaluation.cost().macs() * Float.SIZE * Float.SIZE));
    number("0.0");
    number(Figures.milliseconds(report.floatLatency()));
    number(Figures.NONE);
    number(Figures.NONE);
    line("</tr>");
  }

  private void configurationRow(MeasuredConfig row) {
    Evaluation evaluation = row.evaluation();
    Quality quality = evaluation.quality();
    html.append(row.equals(report.chosenConfiguration()) ? "<tr class=\"chosen-row\">" : "<tr>");
    cell(row.name());
    cell(choice(row.config().weight()));
    cell(choice(row.config().activation()));
    number(Figures.percentNumber(quality.headline()));
    number(interval(quality.headlineInterval()));
    quality
        .accuracy()
        .ifPresent(
            accuracy -> {
              number(Figures.points(delta(accuracy, evaluation)));
              number(Figures.points(accuracy.deltaInterval().low()) + " to " + Figures.points(accuracy.deltaInterval().high()));
              number(Figures.percentNumber(quality.agreementFloat()));
            });
    number(Figures.decibels(quality.outputSqnrDb()));
    number(Figures.bytes(evaluation.cost().weightBytes()));
    number(Figures.decimal(100 * ratio(evaluation), 1));
    number(Figures.large(evaluation.cost().bitOps()));
    number(Figures.decimal(100 * evaluation.cost().integerMacShare(), 1));
    number(Figures.milliseconds(evaluation.latency().onnxruntimeQdq()));
    number(Figures.milliseconds(evaluation.latency().onnxruntimeFloat()));
    number(speedUp(evaluation).map(speedUp -> Figures.decimal(speedUp, 2)).orElse(Figures.NONE));
    line("</tr>");
  }

  private static String choice(TensorChoice choice) {
    return choice instanceof TensorChoice.Quantized quantized
        ? "%s, %s, %s"
            .formatted(
                ChoiceText.format(quantized.format().scheme()), ChoiceText.format(quantized.granularity()),
                    ChoiceText.format(quantized.range()))
        : "float32";
  }

  private void layers() {
    line("<section>");
    line("<h2>Layers of %s</h2>", Html.escape(report.chosenConfiguration().name()));
    line("<div class=\"scroll\"><table>");
    line("<thead><tr><th>layer</th><th>operator</th><th class=\"n\">weights<small>bits</small></th>");
    line("<th class=\"n\">input<small>bits</small></th><th class=\"n\">size</th><th class=\"n\">weight SQNR<small>dB</small></th>");
    line("<th class=\"bar-head\">output SQNR<small>dB</small></th><th class=\"n\">integer runtime<small>ms</small></th></tr></thead>");
    line("<tbody>");
    chosen().layers().forEach(this::layerRow);
    line("</tbody></table></div>");
    line("</section>");
  }

  private void layerRow(LayerResult layer) {
    html.append("<tr>");
    cell(layer.name());
    cell(layer.op());
    number(Figures.bits(layer.weightBits()));
    number(Figures.bits(layer.activationBits()));
    number(Figures.bytes(layer.weightBytes()));
    number(layer.weightBits() == 0 ? Figures.NONE : Figures.decibels(layer.weightSqnrDb()));
    bar(layer.outputSqnrDb());
    number(Figures.milliseconds(layer.milliseconds()));
    line("</tr>");
  }

  private void bar(OptionalDouble decibels) {
    if (decibels.isEmpty()) {
      html.append("<td class=\"bar-cell\"><span class=\"bar-value\">").append(Figures.NONE).append("</span></td>");
      return;
    }
    double share = Math.clamp(decibels.getAsDouble() / FULL_BAR_DB, 0, 1);
    html.append(
        ("<td class=\"bar-cell\"><span class=\"bar-value\">%s</span><svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\""
                + " aria-hidden=\"true\"><rect width=\"%s\" height=\"8\"/></svg></td>")
            .formatted(Figures.decibels(decibels.getAsDouble()), Html.px(100 * share)));
  }

  private void notes() {
    List<String> islands = chosen().cost().islands();
    if (islands.isEmpty() && model.notes().isEmpty()) {
      return;
    }
    line("<section>");
    line("<h2>Notes</h2>");
    line("<ul>");
    if (!islands.isEmpty()) {
      line("<li>In float between integers: %s.</li>", Html.escape(String.join(", ", islands)));
    }
    model.notes().forEach(note -> line("<li>%s</li>", Html.escape(note)));
    line("</ul>");
    line("</section>");
  }

  private void environment() {
    Environment environment = report.environment();
    line("<footer>");
    line(
        "<p>Bitloupe %s, ONNX Runtime %s, Java %s on %s%s; %d %s. %s. Model SHA-256 <code>%s</code>, configuration <code>%s</code>.</p>",
        Html.escape(environment.version()),
        Html.escape(environment.onnxRuntime()),
        Html.escape(environment.java()),
        Html.escape(environment.system()),
        Html.escape(environment.processor().map(name -> ", " + name).orElse("")),
        environment.threads(),
        environment.threads() == 1 ? "thread" : "threads",
        DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH).format(report.created().atZone(ZoneId.systemDefault())),
        Html.escape(model.sha256()),
        Html.escape(chosen().configDigest()));
    line(
        "<p>Sizes count packed weights, scales, zero-points and biases; 1 kB is 1000 bytes. SQNR compares each layer's output with the"
            + " float model's. Latency is the median for one sample of the exported QDQ file on one thread, measured in turns with the"
            + " float model, whose time then stands beside it. A layer's time is its median in the integer runtime, one sample on one"
            + " thread.</p>");
    line("</footer>");
  }

  private Evaluation chosen() {
    return report.chosenConfiguration().evaluation();
  }

  private boolean hasLabels() {
    return chosen().quality().accuracy().isPresent();
  }

  private double floatValue() {
    return chosen().quality().accuracy().map(accuracy -> floatTop1(accuracy, chosen())).orElse(1.0);
  }

  private static double floatTop1(Quality.Accuracy accuracy, Evaluation evaluation) {
    return (double) accuracy.correctFloat() / evaluation.quality().samples();
  }

  private static double delta(Quality.Accuracy accuracy, Evaluation evaluation) {
    return (double) (accuracy.correct() - accuracy.correctFloat()) / evaluation.quality().samples();
  }

  private static String interval(Interval interval) {
    return Figures.percentNumber(interval.low()) + " to " + Figures.percentNumber(interval.high());
  }

  private void cell(String text) {
    html.append("<td>").append(Html.escape(text)).append("</td>");
  }

  private void number(String text) {
    html.append("<td class=\"n\">").append(Html.escape(text)).append("</td>");
  }

  private void line(String format, Object... arguments) {
    html.append(arguments.length == 0 ? format : format.formatted(arguments)).append('\n');
  }

  static String style() {
    try (InputStream stream = Objects.requireNonNull(HtmlReport.class.getResourceAsStream(STYLE), STYLE)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
