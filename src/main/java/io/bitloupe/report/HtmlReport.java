package io.bitloupe.report;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A report as one HTML file that needs nothing else: style and charts are inside, light or dark as the reader's system is. */
public final class HtmlReport {

  private static final String STYLE = "report.css";

  private final Report report;
  private final Model model;
  private final HtmlText html = new HtmlText();

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
    html.line("<!DOCTYPE html>");
    html.line("<html lang=\"en\">");
    html.line("<head>");
    html.line("<meta charset=\"utf-8\">");
    html.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.line("<meta name=\"color-scheme\" content=\"light dark\">");
    html.line("<title>%s</title>", Html.escape(title));
    html.line("<style>");
    html.append(style());
    html.line("</style>");
    html.line("</head>");
    html.line("<body>");
    html.line("<main>");
    header(title);
    headline();
    html.append(ChartsSection.render(report));
    html.append(ConfigurationsSection.render(report));
    html.append(SpeedSection.render(report));
    report.deployment().ifPresent(it -> html.append(DeploymentSection.render(it, report.chosenConfiguration().name())));
    html.append(LayersSection.render(report.chosenConfiguration()));
    notes();
    environment();
    html.line("</main>");
    html.line("</body>");
    html.line("</html>");
    return html.toString();
  }

  private void header(String title) {
    Quality quality = chosen().quality();
    html.line("<h1>%s</h1>", Html.escape(title));
    html.line(
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
        report.hasLabels()
            ? "Accuracy is top-1, with 95 % intervals."
            : "The data has no labels: agreement with the float model stands in for accuracy, with 95 % intervals.");
  }

  private void headline() {
    Evaluation evaluation = chosen();
    MeasuredConfig row = report.chosenConfiguration();
    html.line("<section class=\"cards\">");
    card(
        row.name(),
        Figures.percent(evaluation.quality().headline()),
        Figures.interval(evaluation.quality().headlineInterval()) + " %");
    evaluation
        .quality()
        .accuracy()
        .ifPresent(
            accuracy ->
                card(
                    "against float",
                    Figures.points(evaluation.quality().deltaTop1(accuracy)) + " points",
                    "%s to %s; float %s"
                        .formatted(
                            Figures.points(accuracy.deltaInterval().low()),
                            Figures.points(accuracy.deltaInterval().high()),
                            Figures.percent(evaluation.quality().top1Float(accuracy)))));
    card(
        "weights and biases",
        Figures.bytes(evaluation.cost().weightBytes()),
        "%s %% of %s in float"
            .formatted(Figures.decimal(100 * evaluation.cost().weightShare(), 1), Figures.bytes(evaluation.cost().floatWeightBytes())));
    evaluation
        .latency()
        .deployed(DeploymentLoad.SINGLE)
        .ifPresent(
            timing ->
                card(
                    "in ONNX Runtime",
                    Figures.milliseconds(timing.qdq().median()) + " ms",
                    "%s; %s ms in float, %s× as fast"
                        .formatted(
                            Figures.middleHalf(timing.qdq()),
                            Figures.milliseconds(timing.floatModel().median()),
                            Figures.decimal(timing.speedUp(), 2))));
    html.line("</section>");
  }

  private void card(String caption, String figure, String detail) {
    html.line(
        "<div class=\"card\"><div class=\"caption\">%s</div><div class=\"figure\">%s</div><div class=\"detail\">%s</div></div>",
        Html.escape(caption), Html.escape(figure), Html.escape(detail));
  }

  private void notes() {
    List<String> islands = chosen().cost().islands();
    if (islands.isEmpty() && model.notes().isEmpty()) {
      return;
    }
    html.line("<section>");
    html.line("<h2>Notes</h2>");
    html.line("<ul>");
    if (!islands.isEmpty()) {
      html.line("<li>In float between integers: %s.</li>", Html.escape(String.join(", ", islands)));
    }
    model.notes().forEach(note -> html.line("<li>%s</li>", Html.escape(note)));
    html.line("</ul>");
    html.line("</section>");
  }

  private void environment() {
    Environment environment = report.environment();
    html.line("<footer>");
    html.line(
        "<p>Bitloupe %s, ONNX Runtime %s, Java %s on %s, %s; %d %s. %s. Model SHA-256 <code>%s</code>, configuration <code>%s</code>.</p>",
        Html.escape(environment.version()),
        Html.escape(environment.onnxRuntime()),
        Html.escape(environment.java()),
        Html.escape(environment.system()),
        Html.escape(environment.processor()),
        environment.threads(),
        environment.threads() == 1 ? "thread" : "threads",
        DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH).format(report.created().atZone(ZoneId.systemDefault())),
        Html.escape(model.sha256()),
        Html.escape(chosen().configDigest()));
    html.line(
        "<p>Sizes count packed weights, scales, zero-points and biases; 1 kB is 1000 bytes. SQNR compares each layer's output with the"
            + " float model's. Latency is the median for one sample of the exported QDQ file on one thread, measured in turns with the"
            + " float model, whose time then stands beside it. A layer's time is its median in the integer runtime, one sample on one"
            + " thread.</p>");
    html.line("</footer>");
  }

  private Evaluation chosen() {
    return report.chosenConfiguration().evaluation();
  }

  static String style() {
    try (InputStream stream = Objects.requireNonNull(HtmlReport.class.getResourceAsStream(STYLE), STYLE)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
