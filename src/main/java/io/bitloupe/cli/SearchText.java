package io.bitloupe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.cost.CostModel;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Response;
import io.bitloupe.metric.Interval;
import io.bitloupe.model.Model;
import io.bitloupe.report.Figures;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.SearchResult;
import io.bitloupe.search.Spending;
import java.util.OptionalDouble;

/** What {@code search} prints. */
final class SearchText {

  private final Model model;
  private final Dataset samples;
  private final SearchResult result;
  private final Judgement judgement;

  /** Of a search on {@code samples}. */
  SearchText(Model model, Dataset samples, SearchResult result, Judgement judgement) {
    this.model = model;
    this.samples = samples;
    this.result = result;
    this.judgement = judgement;
  }

  /** As JSON. */
  ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document
        .put("model", model.fileName())
        .put("part", "tuning")
        .put("samples", samples.size())
        .put("floatWeightBytes", CostModel.floatWeightBytes(model));
    put(document.putObject("chosen"), result.chosen());
    ObjectNode report = document.putObject("report");
    report.put("part", "report").put("samples", judgement.samples());
    put(report, judgement.chosen());
    number(report, "top1Float", judgement.reference().right().isPresent() ? judgement.reference().headline() : Double.NaN);
    difference(report, "delta", judgement.chosen(), judgement.reference());
    ArrayNode rivals = report.putArray("uniform");
    judgement
        .uniform()
        .forEach(
            (point, response) -> {
              ObjectNode rival = rivals.addObject();
              rival.put("bits", point.bits().getFirst());
              if (!result.activations().isEmpty()) {
                rival.put("activationBits", point.bits().getLast());
              }
              rival.put("weightBytes", point.weightBytes());
              put(rival, response);
              difference(rival, "chosenMinusThis", judgement.chosen(), response);
            });
    ArrayNode front = document.putArray("front");
    result.front().forEach(point -> put(front.addObject(), point));
    number(document.putObject("additivity").put("configurations", result.policies()), "rankCorrelation", result.additivity());
    ArrayNode layers = document.putArray("layers");
    for (int i = 0; i < result.layers().size(); i++) {
      layers.addObject().put("name", result.layers().get(i)).put("bits", result.chosen().bits().get(i));
    }
    if (!result.activations().isEmpty()) {
      ArrayNode activations = document.putArray("activations");
      for (int i = 0; i < result.activations().size(); i++) {
        int bits = result.chosen().bits().get(result.layers().size() + i);
        activations.addObject().put("name", result.activations().get(i)).put("bits", bits);
      }
    }
    return document.put("evaluations", result.evaluations()).put("seconds", result.seconds());
  }

  private static void put(ObjectNode json, MeasuredPoint point) {
    Spending spending = point.spending();
    json.put("weightBytes", spending.weightBytes()).put("bitOps", spending.bitOps()).put("energyMicrojoules", spending.microjoules());
    spending.milliseconds().ifPresent(latency -> json.put("latencyMs", latency));
    json.put("summedLoss", point.surrogate());
    put(json, point.tuning());
    ArrayNode bits = json.putArray("bits");
    point.bits().forEach(bits::add);
  }

  private static void put(ObjectNode json, Response response) {
    Interval interval = response.headlineInterval();
    boolean labels = response.right().isPresent();
    number(json, "top1", labels ? response.headline() : Double.NaN);
    number(json, "top1Low", labels ? interval.low() : Double.NaN);
    number(json, "top1High", labels ? interval.high() : Double.NaN);
    number(json, "agreementFloat", response.agreementFloat());
    number(json, "divergence", response.divergence());
  }

  private static void difference(ObjectNode json, String name, Response one, Response other) {
    Interval interval = one.differenceTo(other);
    boolean labels = one.right().isPresent();
    number(json, name + "Top1", labels ? one.headline() - other.headline() : Double.NaN);
    number(json, name + "Low", labels ? interval.low() : Double.NaN);
    number(json, name + "High", labels ? interval.high() : Double.NaN);
  }

  /** A figure, null where there is none. */
  private static void number(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, value);
    } else {
      json.putNull(field);
    }
  }

  /** As tables. */
  String tables() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%n%s: searched on %d samples of the tuning part, judged on %d of the report part of %s%n"
            .formatted(model.fileName(), samples.size(), judgement.samples(), samples.name()));
    text.append(
        "%d configurations measured in %s s; summed losses order them with a rank correlation of %s%n%n"
            .formatted(result.evaluations(), Figures.decimal(result.seconds(), 1), Figures.decimal(result.additivity(), 3)));
    TextTable table =
        new TextTable()
            .text("configuration")
            .number("size", "kB")
            .number(judgement.labelled() ? "top-1" : "agreement", "%")
            .number("95 % interval", "%")
            .number("to float", "points")
            .number("chosen minus this, 95 %", "points");
    row(table, "float", CostModel.floatWeightBytes(model), judgement.reference());
    judgement.uniform().forEach((point, response) -> row(table, name(point), point.weightBytes(), response));
    row(table, "chosen", result.chosen().weightBytes(), judgement.chosen());
    text.append(table.render()).append(System.lineSeparator());
    TextTable front =
        new TextTable()
            .text("measured front, tuning")
            .number("size", "kB")
            .number("BitOps", "M")
            .number("energy", "µJ")
            .number("latency", "ms")
            .number(judgement.labelled() ? "top-1" : "agreement", "%")
            .number("95 % interval", "%")
            .number("divergence", "mnat")
            .number("sum", "mnat");
    for (MeasuredPoint point : result.front()) {
      OptionalDouble latency = point.spending().milliseconds();
      front.row(
          point.equals(result.chosen()) ? "chosen" : "",
          Figures.decimal(point.weightBytes() * 1e-3, 1),
          Figures.decimal(point.spending().bitOps() * 1e-6, 1),
          Figures.real(point.spending().microjoules()),
          latency.isPresent() ? Figures.real(latency.getAsDouble()) : Figures.NONE,
          Figures.percentNumber(point.tuning().headline()),
          interval(point.tuning().headlineInterval()),
          Figures.real(1e3 * point.tuning().divergence()),
          Figures.real(1e3 * point.surrogate()));
    }
    text.append(front.render()).append(System.lineSeparator());
    TextTable layers = new TextTable().text("layer").number("weights", "bits");
    for (int i = 0; i < result.layers().size(); i++) {
      layers.row(result.layers().get(i), String.valueOf(result.chosen().bits().get(i)));
    }
    text.append(layers.render());
    if (!result.activations().isEmpty()) {
      TextTable activations = new TextTable().text("activation").number("codes", "bits");
      for (int i = 0; i < result.activations().size(); i++) {
        activations.row(result.activations().get(i), String.valueOf(result.chosen().bits().get(result.layers().size() + i)));
      }
      text.append(System.lineSeparator()).append(activations.render());
    }
    return text.toString();
  }

  /** A uniform configuration as people write it: {@code W4}, or {@code W4A8} where activations are chosen as well. */
  private String name(MeasuredPoint uniform) {
    String weights = "W" + uniform.bits().getFirst();
    return result.activations().isEmpty() ? weights : weights + "A" + uniform.bits().getLast();
  }

  private void row(TextTable table, String name, long bytes, Response response) {
    Interval paired = judgement.chosen().differenceTo(response);
    table.row(
        name,
        Figures.decimal(bytes * 1e-3, 1),
        Figures.percentNumber(response.headline()),
        interval(response.headlineInterval()),
        Figures.points(response.headline() - judgement.reference().headline()),
        response.equals(judgement.chosen())
            ? Figures.NONE
            : "%s to %s".formatted(Figures.points(paired.low()), Figures.points(paired.high())));
  }

  private static String interval(Interval interval) {
    return "%s to %s".formatted(Figures.percentNumber(interval.low()), Figures.percentNumber(interval.high()));
  }
}
