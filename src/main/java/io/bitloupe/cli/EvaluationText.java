package io.bitloupe.cli;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.report.Figures;
import java.util.List;

/** An evaluation in plain text. */
final class EvaluationText {

  private static final String LABEL = "  %-14s %s";

  private EvaluationText() {}

  /** Everything: the headline figures, then a line for each layer. */
  static String render(Evaluation evaluation) {
    StringBuilder text = new StringBuilder();
    Quality quality = evaluation.quality();
    quality
        .accuracy()
        .ifPresentOrElse(
            accuracy -> accuracy(text, quality, accuracy),
            () -> line(text, "top-1", "unknown without labels; agreement with float stands in for it"));
    line(
        text,
        "agreement",
        "%s with float, %s".formatted(Figures.percent(quality.agreementFloat()), interval(quality.agreementInterval())));
    line(
        text,
        "output",
        "%s dB SQNR, cosine %s".formatted(Figures.decibels(quality.outputSqnrDb()), Figures.decimal(quality.outputCosine(), 6)));
    for (Quality.Output output : quality.furtherOutputs()) {
      line(
          text,
          output.name(),
          "%s dB SQNR, cosine %s".formatted(Figures.decibels(output.sqnrDb()), Figures.decimal(output.cosine(), 6)));
    }
    line(
        text,
        "weights",
        "%s, %s %% of %s in float"
            .formatted(
                Figures.bytes(evaluation.cost().weightBytes()),
                Figures.decimal(100 * evaluation.cost().weightShare(), 1),
                Figures.bytes(evaluation.cost().floatWeightBytes())));
    line(
        text,
        "operations",
        "%s MACs, %s BitOps, %s %% of the MACs in integers"
            .formatted(
                Figures.large(evaluation.cost().macs()),
                Figures.large(evaluation.cost().bitOps()),
                Figures.decimal(100 * evaluation.cost().integerMacShare(), 1)));
    if (!evaluation.cost().islands().isEmpty()) {
      line(text, "float islands", String.join(", ", evaluation.cost().islands()));
    }
    latency(text, evaluation);
    line(text, "took", Figures.decimal(evaluation.seconds(), 1) + " s");
    text.append('\n');
    text.append(layers(evaluation.layers()));
    return text.toString();
  }

  private static void accuracy(StringBuilder text, Quality quality, Quality.Accuracy accuracy) {
    line(
        text,
        "top-1",
        "%s, %s; top-5 %s"
            .formatted(
                Figures.percent(quality.top1(accuracy)),
                interval(accuracy.top1Interval()),
                Figures.percent((double) accuracy.correctTop5() / quality.samples())));
    line(text, "float top-1", Figures.percent(quality.top1Float(accuracy)));
    line(
        text,
        "difference",
        "%s points (%s to %s); %d flipped to wrong, %d to right"
            .formatted(
                Figures.points(quality.deltaTop1(accuracy)),
                Figures.points(accuracy.deltaInterval().low()),
                Figures.points(accuracy.deltaInterval().high()),
                accuracy.flippedToWrong(),
                accuracy.flippedToRight()));
  }

  private static void latency(StringBuilder text, Evaluation evaluation) {
    evaluation
        .latency()
        .deployed(DeploymentLoad.SINGLE)
        .ifPresent(
            timing ->
                line(
                    text,
                    "latency",
                    "%s ms a sample in ONNX Runtime (middle half %s), float %s ms (%s); integer runtime %s ms"
                        .formatted(
                            Figures.milliseconds(timing.qdq().median()),
                            Figures.middleHalf(timing.qdq()),
                            Figures.milliseconds(timing.floatModel().median()),
                            Figures.middleHalf(timing.floatModel()),
                            Figures.milliseconds(evaluation.latency().integerRuntime()))));
  }

  private static String layers(List<LayerResult> layers) {
    TextTable table =
        new TextTable()
            .text("layer")
            .text("operator")
            .number("weights", "bits")
            .number("input", "bits")
            .number("size", "B")
            .number("weight SQNR", "dB")
            .number("output SQNR", "dB")
            .number("time", "ms");
    for (LayerResult layer : layers) {
      table.row(
          layer.name(),
          layer.op(),
          Figures.bits(layer.weightBits()),
          Figures.bits(layer.activationBits()),
          Figures.count(layer.weightBytes()),
          layer.weightBits() == 0 ? Figures.NONE : Figures.decibels(layer.weightSqnrDb()),
          layer.outputSqnrDb().isPresent() ? Figures.decibels(layer.outputSqnrDb().getAsDouble()) : Figures.NONE,
          Figures.milliseconds(layer.milliseconds()));
    }
    return table.render();
  }

  private static String interval(Interval interval) {
    return "95 %% interval %s".formatted(Figures.interval(interval));
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(LABEL.formatted(label, value)).append('\n');
  }
}
