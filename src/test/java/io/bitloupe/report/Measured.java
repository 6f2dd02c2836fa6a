package io.bitloupe.report;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.SmallModel;
import io.bitloupe.cost.Cost;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Latency;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.DeploymentProfile.Kind;
import io.bitloupe.exec.DeploymentProfile.NodeTime;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.Timings;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.NodeVerdict;
import io.bitloupe.lint.Target;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Invented measurements, to look at how they are told. */
public final class Measured {

  private Measured() {}

  /** 1000 samples, of which float gets 920 right and this {@code correct}. */
  public static Evaluation evaluation(int correct, long bytes, boolean labels) {
    double top1 = correct / 1000.0;
    Quality.Accuracy accuracy =
        new Quality.Accuracy(
            correct, 920, 990, 925 - correct, 5, new Interval(top1 - 0.02, top1 + 0.02), new Interval(top1 - 0.93, top1 - 0.91));
    Quality quality =
        new Quality(
            1000,
            labels ? Optional.of(accuracy) : Optional.empty(),
            top1 + 0.05,
            new Interval(top1 + 0.03, top1 + 0.06),
            labels ? 31.5 : Double.POSITIVE_INFINITY,
            0.9991,
            List.of());
    return new Evaluation(
        "d".repeat(64),
        RuntimeKind.INTEGER,
        quality,
        1000,
        new Cost(bytes, 583_336, 7_832_400, 7_832_400L * 64, 0.97, List.of("Softmax")),
        new Latency(
            OptionalDouble.of(4.25),
            List.of(
                Timings.of(DeploymentLoad.SINGLE, bytes / 2e5, 1.5), Timings.of(DeploymentLoad.large(2), bytes / 4e5, 1.2))),
        List.of(
            new LayerResult("/stem/<conv> & \"co\"", "Conv", 8, 8, 2_000, 47.9, OptionalDouble.of(40.5), OptionalDouble.of(0.217)),
            new LayerResult("attention", "MatMul of activations", 0, 8, 0, 0, OptionalDouble.of(-3), OptionalDouble.empty()),
            new LayerResult("head", "Gemm", 32, 32, 900, Double.POSITIVE_INFINITY, OptionalDouble.empty(), OptionalDouble.empty())),
        12.5);
  }

  private static Deployment deployment() {
    LintReport.Issue issue = new LintReport.Issue("Softmax <has> no integer form.", "Leave it.");
    List<LintReport.Finding> findings =
        List.of(
            new LintReport.Finding("conv", "Conv", NodeVerdict.Outcome.INTEGER, List.of()),
            new LintReport.Finding("a", "Softmax", NodeVerdict.Outcome.FLOAT, List.of(issue)),
            new LintReport.Finding("b", "Softmax", NodeVerdict.Outcome.FLOAT, List.of(issue)));
    DeploymentProfile profile =
        new DeploymentProfile(
            1,
            25,
            List.of(
                new NodeTime("conv", "QLinearConv", Kind.INTEGER, 0.4),
                new NodeTime("x_QuantizeLinear", "QuantizeLinear", Kind.BORDER, 0.25),
                new NodeTime("a", "Softmax", Kind.FLOAT, 0.1)),
            List.of(new NodeTime("conv", "Conv", Kind.FLOAT, 1)));
    return new Deployment(new LintReport(Target.ORT_VNNI, findings, Map.of()), profile);
  }

  /** A report of some configurations, among them one that collapsed. */
  public static Report report(boolean labels) {
    List<MeasuredConfig> rows = new ArrayList<>();
    rows.add(new MeasuredConfig("W8A8", QuantConfig.defaults(), evaluation(917, 168_900, labels)));
    rows.add(new MeasuredConfig("W6A8", QuantConfig.defaults(), evaluation(915, 133_200, labels)));
    rows.add(new MeasuredConfig("W4A8 <b>", QuantConfig.defaults(), evaluation(880, 97_600, labels)));
    rows.add(new MeasuredConfig("W2A8", QuantConfig.defaults(), evaluation(104, 61_000, labels)));
    return new Report(
        SmallModel.create(),
        "pictures & <more>.gz",
        256,
        10_000,
        rows,
        0,
        Optional.of(deployment()),
        new Environment("1.0", "1.29.0", "25", "Linux amd64", "Some CPU @ 2 GHz", 2),
        Instant.parse("2026-01-02T03:04:05Z"));
  }
}
