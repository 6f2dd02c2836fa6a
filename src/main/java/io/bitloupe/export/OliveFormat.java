package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow of Olive: static quantization by ONNX Runtime with the types of most tensors, before it the mixed-precision overrides
 * that give the others theirs. Olive calibrates by itself.
 */
public final class OliveFormat implements ReadableFormat {

  private static final String QUANTIZATION = "OnnxStaticQuantization";
  private static final String OVERRIDES = "MixedPrecisionOverrides";

  @Override
  public String id() {
    return "olive";
  }

  @Override
  public String title() {
    return "Olive workflow";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Model model = request.model();
    Encodings encodings = Encodings.of(request);
    List<Loss> losses = new ArrayList<>(encodings.dynamicLosses());
    losses.addAll(CommonLosses.ofEncodings(request));
    Map<String, String> types = new LinkedHashMap<>();
    encodings.activations().forEach((tensor, params) -> type(tensor, tensor, params, types, losses));
    String activationType = mostCommon(types, "QUInt8");
    Map<String, String> weightTypes = new LinkedHashMap<>();
    encodings.weights().forEach(
        (weight, params) -> {
          String subject = Encodings.subject(model, weight);
          losses.add(new Loss(subject, "Olive finds its scales itself"));
          type(weight, subject, params, weightTypes, losses);
        });
    String weightType = mostCommon(weightTypes, "QInt8");
    boolean byChannel = encodings.weights().values().stream().anyMatch(params -> !(params.granularity() instanceof Granularity.PerTensor));
    encodings.weights().forEach(
        (weight, params) -> {
          if (params.granularity() instanceof Granularity.PerBlock || byChannel == params.granularity() instanceof Granularity.PerTensor) {
            losses.add(new Loss(Encodings.subject(model, weight),
                "Olive has one granularity for all weights: " + (byChannel ? "by channel" : "by tensor")));
          }
        });
    ObjectNode overrides = JsonNodeFactory.instance.objectNode();
    types.forEach((tensor, type) -> putUnless(activationType, overrides, tensor, type));
    weightTypes.forEach((tensor, type) -> putUnless(weightType, overrides, tensor, type));
    JsonText.write(document(model, encodings, activationType, weightType, byChannel, overrides), file);
    return losses;
  }

  private static ObjectNode document(
      Model model, Encodings encodings, String activationType, String weightType, boolean byChannel, ObjectNode overrides) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.putObject("input_model").put("type", "ONNXModel").put("model_path", model.fileName());
    ObjectNode passes = document.putObject("passes");
    if (!overrides.isEmpty()) {
      passes.putObject("mixed_precision").put("type", OVERRIDES).set("overrides_config", overrides);
    }
    ObjectNode quantization = passes.putObject("quantization");
    quantization.put("type", QUANTIZATION);
    quantization.put("activation_type", activationType);
    quantization.put("weight_type", weightType);
    quantization.put("per_channel", byChannel);
    quantization.put("quant_format", "QDQ");
    ArrayNode excluded = quantization.putArray("nodes_to_exclude");
    for (Layer layer : model.layers()) {
      boolean inFloat = layer.weight().isPresent() && !encodings.weights().containsKey(layer.weight().get());
      if (inFloat && !layer.node().name().isEmpty()) {
        excluded.add(layer.node().name());
      }
    }
    document.put("output_dir", "quantized");
    return document;
  }

  private static void putUnless(String common, ObjectNode overrides, String tensor, String type) {
    if (!type.equals(common)) {
      overrides.put(tensor, type);
    }
  }

  private static void type(String tensor, String subject, QuantParams params, Map<String, String> types, List<Loss> losses) {
    Optional<String> type = params.format().isBinary() ? Optional.empty() : OrtTypes.of(params.format());
    type.ifPresentOrElse(known -> types.put(tensor, known), () -> losses.add(new Loss(subject, OrtTypes.missing(params.format()))));
  }

  private static String mostCommon(Map<String, String> types, String otherwise) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    types.values().forEach(type -> counts.merge(type, 1, Integer::sum));
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(otherwise);
  }

  @Override
  public Imported read(Path file, Model model) {
    JsonNode passes = JsonText.read(file, title()).path("passes");
    JsonNode quantization = pass(passes, QUANTIZATION).or(() -> pass(passes, "OnnxQuantization"))
        .orElseThrow(() -> new InvalidInputException("%s has no pass of the type %s.".formatted(file, QUANTIZATION)));
    List<Loss> losses = new ArrayList<>();
    Granularity granularity = quantization.path("per_channel").asBoolean() ? Granularity.CHANNEL : Granularity.TENSOR;
    RangeMethod range =
        switch (quantization.path("calibrate_method").asText("MinMax")) {
          case "Entropy" -> new RangeMethod.Entropy();
          case "Percentile" -> new RangeMethod.Percentile(99.999);
          default -> new RangeMethod.MinMax();
        };
    QuantConfig config =
        QuantConfig.uniform(
            choice(quantization.path("weight_type").asText("QInt8"), true, granularity, new RangeMethod.MinMax(), file),
            choice(quantization.path("activation_type").asText("QUInt8"), false, Granularity.TENSOR, range, file));
    for (JsonNode name : quantization.path("nodes_to_exclude")) {
      List<Layer> layers = model.layers().stream().filter(layer -> layer.node().name().equals(name.asText())).toList();
      for (Layer layer : layers) {
        config = config.with(layer.weight().orElse(layer.output()), TensorChoice.FLOAT);
      }
      if (layers.isEmpty()) {
        losses.add(new Loss(name.asText(), "the model has no layer of that name"));
      }
    }
    for (Map.Entry<String, JsonNode> override : pass(passes, OVERRIDES).map(p -> p.path("overrides_config").properties())
        .orElse(java.util.Set.of())) {
      String tensor = override.getKey();
      boolean weight = model.layerOfWeight(tensor).isPresent();
      if (weight || model.tensors().containsKey(tensor)) {
        config =
            config.with(
                tensor, choice(override.getValue().asText(), weight, weight ? granularity : Granularity.TENSOR, weight
                    ? new RangeMethod.MinMax() : range, file));
      } else {
        losses.add(new Loss(tensor, "the model has no tensor of that name"));
      }
    }
    return new Imported(config, losses);
  }

  private static Optional<JsonNode> pass(JsonNode passes, String type) {
    return passes.valueStream().filter(pass -> pass.path("type").asText().equals(type)).findFirst();
  }

  private static TensorChoice choice(String type, boolean symmetric, Granularity granularity, RangeMethod range, Path file) {
    IntegerFormat format =
        OrtTypes.parse(type, symmetric).orElseThrow(() -> new InvalidInputException("%s: the type %s is not known.".formatted(file, type)));
    return new TensorChoice.Quantized(format, granularity, range);
  }
}
