package io.bitloupe.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.metric.Quality;
import java.util.OptionalDouble;

/**
 * An evaluation as JSON, with the fields that scripts rely on (docs/command-line.md). Shares are 0 to 1; what is infinite, was not
 * measured or needs labels that are not there is null.
 */
public final class EvaluationJson {

  private EvaluationJson() {}

  /** {@code evaluation} of the model in the file {@code model}. */
  public static ObjectNode of(String model, Evaluation evaluation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model);
    json.put("configDigest", evaluation.configDigest());
    json.put("runtime", evaluation.runtime().id());
    json.put("part", "report");
    putQuality(json, evaluation.quality());
    json.put("weightBytes", evaluation.cost().weightBytes());
    json.put("floatWeightBytes", evaluation.cost().floatWeightBytes());
    json.put("macs", evaluation.cost().macs());
    json.put("bitOps", evaluation.cost().bitOps());
    putNumber(json, "integerMacShare", evaluation.cost().integerMacShare());
    ArrayNode islands = json.putArray("islands");
    evaluation.cost().islands().forEach(islands::add);
    ObjectNode latency = json.putObject("latencyMs");
    putNumber(latency, "integerRuntime", evaluation.latency().integerRuntime());
    putNumber(latency, "onnxruntimeQdq", evaluation.latency().onnxruntimeQdq());
    putNumber(latency, "onnxruntimeFloat", evaluation.latency().onnxruntimeFloat());
    json.set("timings", TimingJson.of(evaluation.latency().deployed()));
    putNumber(json, "seconds", evaluation.seconds());
    ArrayNode layers = json.putArray("layers");
    evaluation.layers().forEach(layer -> putLayer(layers.addObject(), layer));
    return json;
  }

  private static void putQuality(ObjectNode json, Quality quality) {
    int samples = quality.samples();
    json.put("samples", samples);
    for (String field : new String[] {
      "correct", "correctFloat", "top1", "top1Low", "top1High", "top5", "top1Float", "deltaTop1", "deltaLow", "deltaHigh",
      "flippedToWrong", "flippedToRight"
    }) {
      json.putNull(field);
    }
    quality
        .accuracy()
        .ifPresent(
            accuracy -> {
              json.put("correct", accuracy.correct());
              json.put("correctFloat", accuracy.correctFloat());
              putNumber(json, "top1", quality.top1(accuracy));
              putNumber(json, "top1Low", accuracy.top1Interval().low());
              putNumber(json, "top1High", accuracy.top1Interval().high());
              putNumber(json, "top5", (double) accuracy.correctTop5() / samples);
              putNumber(json, "top1Float", quality.top1Float(accuracy));
              putNumber(json, "deltaTop1", quality.deltaTop1(accuracy));
              putNumber(json, "deltaLow", accuracy.deltaInterval().low());
              putNumber(json, "deltaHigh", accuracy.deltaInterval().high());
              json.put("flippedToWrong", accuracy.flippedToWrong());
              json.put("flippedToRight", accuracy.flippedToRight());
            });
    putNumber(json, "agreementFloat", quality.agreementFloat());
    putNumber(json, "agreementLow", quality.agreementInterval().low());
    putNumber(json, "agreementHigh", quality.agreementInterval().high());
    putNumber(json, "outputSqnrDb", quality.outputSqnrDb());
    putNumber(json, "outputCosine", quality.outputCosine());
    ArrayNode further = json.putArray("furtherOutputs");
    for (Quality.Output output : quality.furtherOutputs()) {
      ObjectNode one = further.addObject().put("name", output.name());
      putNumber(one, "sqnrDb", output.sqnrDb());
      putNumber(one, "cosine", output.cosine());
    }
  }

  private static void putLayer(ObjectNode json, LayerResult layer) {
    json.put("name", layer.name());
    json.put("op", layer.op());
    json.put("weightBits", layer.weightBits());
    json.put("activationBits", layer.activationBits());
    json.put("weightBytes", layer.weightBytes());
    putNumber(json, "weightSqnrDb", layer.weightSqnrDb());
    putNumber(json, "outputSqnrDb", layer.outputSqnrDb());
    putNumber(json, "milliseconds", layer.milliseconds());
  }

  private static void putNumber(ObjectNode json, String field, OptionalDouble value) {
    putNumber(json, field, value.orElse(Double.NaN));
  }

  private static void putNumber(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, value);
    } else {
      json.putNull(field);
    }
  }
}
