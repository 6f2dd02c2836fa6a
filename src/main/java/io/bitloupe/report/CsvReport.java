package io.bitloupe.report;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.DeploymentTiming.Spread;
import io.bitloupe.metric.Quality;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The table of configurations as comma-separated values, one row each; what was not measured is an empty cell. */
public final class CsvReport {

  private final List<MeasuredConfig> rows;
  private final Table table;

  private CsvReport(List<MeasuredConfig> rows) {
    this.rows = rows;
    this.table = Table.create();
  }

  /** Writes {@code rows} to {@code file}, as a whole or not at all. */
  public static void write(List<MeasuredConfig> rows, Path file) {
    AtomicFile.writeText(file, render(rows));
  }

  /** The text for {@code rows}. */
  public static String render(List<MeasuredConfig> rows) {
    StringWriter writer = new StringWriter();
    new CsvReport(rows).table().write().csv(writer);
    return writer.toString();
  }

  private Table table() {
    text("configuration", MeasuredConfig::name);
    text("configDigest", row -> row.evaluation().configDigest());
    text("runtime", row -> row.evaluation().runtime().id());
    whole("samples", evaluation -> evaluation.quality().samples());
    number("top1", evaluation -> accuracy(evaluation, evaluation.quality()::top1));
    number("top1Low", evaluation -> accuracy(evaluation, a -> a.top1Interval().low()));
    number("top1High", evaluation -> accuracy(evaluation, a -> a.top1Interval().high()));
    number("top5", evaluation -> accuracy(evaluation, a -> share(a.correctTop5(), evaluation)));
    number("top1Float", evaluation -> accuracy(evaluation, evaluation.quality()::top1Float));
    number("deltaTop1", evaluation -> accuracy(evaluation, evaluation.quality()::deltaTop1));
    number("deltaLow", evaluation -> accuracy(evaluation, a -> a.deltaInterval().low()));
    number("deltaHigh", evaluation -> accuracy(evaluation, a -> a.deltaInterval().high()));
    number("flippedToWrong", evaluation -> accuracy(evaluation, Quality.Accuracy::flippedToWrong));
    number("flippedToRight", evaluation -> accuracy(evaluation, Quality.Accuracy::flippedToRight));
    number("agreementFloat", evaluation -> evaluation.quality().agreementFloat());
    number("agreementLow", evaluation -> evaluation.quality().agreementInterval().low());
    number("agreementHigh", evaluation -> evaluation.quality().agreementInterval().high());
    number("outputSqnrDb", evaluation -> evaluation.quality().outputSqnrDb());
    number("outputCosine", evaluation -> evaluation.quality().outputCosine());
    whole("weightBytes", evaluation -> evaluation.cost().weightBytes());
    whole("floatWeightBytes", evaluation -> evaluation.cost().floatWeightBytes());
    whole("macs", evaluation -> evaluation.cost().macs());
    whole("bitOps", evaluation -> evaluation.cost().bitOps());
    number("integerMacShare", evaluation -> evaluation.cost().integerMacShare());
    number("integerRuntimeMs", evaluation -> orNan(evaluation.latency().integerRuntime()));
    number("onnxruntimeQdqMs", evaluation -> orNan(evaluation.latency().onnxruntimeQdq()));
    number("onnxruntimeFloatMs", evaluation -> orNan(evaluation.latency().onnxruntimeFloat()));
    Report.loads(rows).forEach(this::times);
    return table;
  }

  /** Median and quartiles under {@code load}, in columns that name it. */
  private void times(DeploymentLoad load) {
    String suffix = "Batch%dThreads%d".formatted(load.batch(), load.threads());
    spread("exportedMs" + suffix, load, DeploymentTiming::qdq);
    spread("floatMs" + suffix, load, DeploymentTiming::floatModel);
  }

  private void spread(String name, DeploymentLoad load, Function<DeploymentTiming, Spread> side) {
    number(name, evaluation -> of(evaluation, load, side, Spread::median));
    number(name + "LowerQuartile", evaluation -> of(evaluation, load, side, Spread::lowerQuartile));
    number(name + "UpperQuartile", evaluation -> of(evaluation, load, side, Spread::upperQuartile));
  }

  private static double of(
      Evaluation evaluation, DeploymentLoad load, Function<DeploymentTiming, Spread> side, ToDoubleFunction<Spread> figure) {
    return evaluation.latency().deployed(load).map(side).map(figure::applyAsDouble).orElse(Double.NaN);
  }

  private void text(String name, Function<MeasuredConfig, String> value) {
    table.addColumns(StringColumn.create(name, rows.stream().map(value)));
  }

  private void whole(String name, ToLongFunction<Evaluation> value) {
    table.addColumns(LongColumn.create(name, rows.stream().mapToLong(row -> value.applyAsLong(row.evaluation())).toArray()));
  }

  private void number(String name, ToDoubleFunction<Evaluation> value) {
    double[] values = rows.stream().mapToDouble(row -> value.applyAsDouble(row.evaluation())).toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isFinite(values[i]) ? values[i] : Double.NaN;
    }
    table.addColumns(DoubleColumn.create(name, values));
  }

  private static double accuracy(Evaluation evaluation, ToDoubleFunction<Quality.Accuracy> value) {
    return evaluation.quality().accuracy().isPresent() ? value.applyAsDouble(evaluation.quality().accuracy().get()) : Double.NaN;
  }

  private static double share(int count, Evaluation evaluation) {
    return (double) count / evaluation.quality().samples();
  }

  private static double orNan(OptionalDouble value) {
    return value.orElse(Double.NaN);
  }
}
