package io.bitloupe.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.cost.Cost;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Latency;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was measured, as JSON that reads back equal. A figure that was not measured has no field; one that JSON has no number for is
 * text.
 */
final class EvaluationJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EvaluationJson() {}

  static ObjectNode encode(Evaluation it) {
    ObjectNode node = JSON.objectNode();
    node.put("configDigest", it.configDigest()).put("runtime", it.runtime().name());
    node.set("quality", quality(it.quality()));
    node.put("totalSamples", it.totalSamples());
    node.set("cost", cost(it.cost()));
    node.set("latency", latency(it.latency()));
    ArrayNode layers = node.putArray("layers");
    it.layers().forEach(layer -> layers.add(layer(layer)));
    put(node, "seconds", it.seconds());
    return node;
  }

  static Evaluation decode(JsonNode node) {
    List<LayerResult> layers = new ArrayList<>();
    JsonFields.required(node, "layers").forEach(layer -> layers.add(layer(layer)));
    return new Evaluation(
        JsonFields.text(node, "configDigest"),
        JsonFields.constant(RuntimeKind.class, node, "runtime"),
        quality(JsonFields.required(node, "quality")),
        JsonFields.integer(node, "totalSamples"),
        cost(JsonFields.required(node, "cost")),
        latency(JsonFields.required(node, "latency")),
        layers,
        JsonFields.real(node, "seconds"));
  }

  private static ObjectNode quality(Quality it) {
    ObjectNode node = JSON.objectNode();
    node.put("samples", it.samples());
    it.accuracy().ifPresent(accuracy -> node.set("accuracy", accuracy(accuracy)));
    put(node, "agreementFloat", it.agreementFloat());
    node.set("agreementInterval", interval(it.agreementInterval()));
    put(node, "outputSqnrDb", it.outputSqnrDb());
    put(node, "outputCosine", it.outputCosine());
    ArrayNode further = node.putArray("furtherOutputs");
    for (Quality.Output output : it.furtherOutputs()) {
      ObjectNode one = further.addObject().put("name", output.name());
      put(one, "sqnrDb", output.sqnrDb());
      put(one, "cosine", output.cosine());
    }
    return node;
  }

  private static Quality quality(JsonNode node) {
    Optional<Quality.Accuracy> accuracy = Optional.ofNullable(node.get("accuracy")).map(EvaluationJson::accuracy);
    return new Quality(
        JsonFields.integer(node, "samples"),
        accuracy,
        JsonFields.real(node, "agreementFloat"),
        interval(node, "agreementInterval"),
        JsonFields.real(node, "outputSqnrDb"),
        JsonFields.real(node, "outputCosine"),
        furtherOutputs(node));
  }

  private static List<Quality.Output> furtherOutputs(JsonNode node) {
    List<Quality.Output> outputs = new ArrayList<>();
    JsonFields.required(node, "furtherOutputs")
        .forEach(
            one ->
                outputs.add(
                    new Quality.Output(JsonFields.text(one, "name"), JsonFields.real(one, "sqnrDb"), JsonFields.real(one, "cosine"))));
    return outputs;
  }

  private static ObjectNode accuracy(Quality.Accuracy it) {
    ObjectNode node = JSON.objectNode();
    node.put("correct", it.correct()).put("correctFloat", it.correctFloat()).put("correctTop5", it.correctTop5());
    node.put("flippedToWrong", it.flippedToWrong()).put("flippedToRight", it.flippedToRight());
    node.set("top1Interval", interval(it.top1Interval()));
    node.set("deltaInterval", interval(it.deltaInterval()));
    return node;
  }

  private static Quality.Accuracy accuracy(JsonNode node) {
    return new Quality.Accuracy(
        JsonFields.integer(node, "correct"),
        JsonFields.integer(node, "correctFloat"),
        JsonFields.integer(node, "correctTop5"),
        JsonFields.integer(node, "flippedToWrong"),
        JsonFields.integer(node, "flippedToRight"),
        interval(node, "top1Interval"),
        interval(node, "deltaInterval"));
  }

  private static ObjectNode interval(Interval it) {
    ObjectNode node = JSON.objectNode();
    put(node, "low", it.low());
    put(node, "high", it.high());
    return node;
  }

  private static Interval interval(JsonNode parent, String field) {
    JsonNode node = JsonFields.required(parent, field);
    return new Interval(JsonFields.real(node, "low"), JsonFields.real(node, "high"));
  }

  private static ObjectNode cost(Cost it) {
    ObjectNode node = JSON.objectNode();
    node.put("weightBytes", it.weightBytes()).put("floatWeightBytes", it.floatWeightBytes());
    node.put("macs", it.macs()).put("bitOps", it.bitOps());
    put(node, "integerMacShare", it.integerMacShare());
    ArrayNode islands = node.putArray("islands");
    it.islands().forEach(islands::add);
    return node;
  }

  private static Cost cost(JsonNode node) {
    List<String> islands = new ArrayList<>();
    JsonFields.required(node, "islands").forEach(island -> islands.add(island.asText()));
    return new Cost(
        JsonFields.whole(node, "weightBytes"),
        JsonFields.whole(node, "floatWeightBytes"),
        JsonFields.whole(node, "macs"),
        JsonFields.whole(node, "bitOps"),
        JsonFields.real(node, "integerMacShare"),
        islands);
  }

  private static ObjectNode latency(Latency it) {
    ObjectNode node = JSON.objectNode();
    put(node, "integerRuntime", it.integerRuntime());
    ArrayNode deployed = node.putArray("deployed");
    it.deployed().forEach(timing -> deployed.add(timing(timing)));
    return node;
  }

  private static Latency latency(JsonNode node) {
    return new Latency(JsonFields.measured(node, "integerRuntime"), deployed(node));
  }

  /** Sessions from before times had a spread have no such field: they are timed again. */
  private static List<DeploymentTiming> deployed(JsonNode node) {
    List<DeploymentTiming> timings = new ArrayList<>();
    node.path("deployed").forEach(timing -> timings.add(timing(timing)));
    return timings;
  }

  private static ObjectNode timing(DeploymentTiming it) {
    ObjectNode node = JSON.objectNode();
    node.put("batch", it.load().batch()).put("threads", it.load().threads()).put("runs", it.runs());
    node.set("exported", spread(it.qdq()));
    node.set("float", spread(it.floatModel()));
    return node;
  }

  private static DeploymentTiming timing(JsonNode node) {
    int batch = JsonFields.integer(node, "batch");
    int threads = JsonFields.integer(node, "threads");
    if (batch < 1 || threads < 1) {
      throw new InvalidInputException("a run of %d samples on %d threads was not timed".formatted(batch, threads));
    }
    return new DeploymentTiming(
        new DeploymentLoad(batch, threads),
        JsonFields.integer(node, "runs"),
        spread(JsonFields.required(node, "exported")),
        spread(JsonFields.required(node, "float")));
  }

  private static ObjectNode spread(DeploymentTiming.Spread it) {
    ObjectNode node = JSON.objectNode();
    put(node, "lowerQuartile", it.lowerQuartile());
    put(node, "median", it.median());
    put(node, "upperQuartile", it.upperQuartile());
    return node;
  }

  private static DeploymentTiming.Spread spread(JsonNode node) {
    return new DeploymentTiming.Spread(
        JsonFields.real(node, "lowerQuartile"), JsonFields.real(node, "median"), JsonFields.real(node, "upperQuartile"));
  }

  private static ObjectNode layer(LayerResult it) {
    ObjectNode node = JSON.objectNode();
    node.put("name", it.name()).put("op", it.op()).put("weightBits", it.weightBits()).put("activationBits", it.activationBits());
    node.put("weightBytes", it.weightBytes());
    put(node, "weightSqnrDb", it.weightSqnrDb());
    put(node, "outputSqnrDb", it.outputSqnrDb());
    put(node, "milliseconds", it.milliseconds());
    return node;
  }

  private static LayerResult layer(JsonNode node) {
    return new LayerResult(
        JsonFields.text(node, "name"),
        JsonFields.text(node, "op"),
        JsonFields.integer(node, "weightBits"),
        JsonFields.integer(node, "activationBits"),
        JsonFields.whole(node, "weightBytes"),
        JsonFields.real(node, "weightSqnrDb"),
        JsonFields.measured(node, "outputSqnrDb"),
        JsonFields.measured(node, "milliseconds"));
  }

  private static void put(ObjectNode node, String field, OptionalDouble value) {
    value.ifPresent(it -> put(node, field, it));
  }

  private static void put(ObjectNode node, String field, double value) {
    if (Double.isFinite(value)) {
      node.put(field, value);
    } else {
      node.put(field, Double.toString(value));
    }
  }
}
