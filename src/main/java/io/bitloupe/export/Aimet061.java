package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Version 0.6.1: two maps from tensor to a list of encodings, more than one of which means one for each output channel. */
final class Aimet061 implements AimetSchema {

  private static final String ACTIVATIONS = "activation_encodings";
  private static final String PARAMETERS = "param_encodings";

  @Override
  public String version() {
    return "0.6.1";
  }

  @Override
  public Optional<String> weightProblem(QuantParams params, Model model, String weight) {
    return params.granularity() instanceof Granularity.PerBlock
        ? Optional.of("version 0.6.1 has no scales by block; 1.0.0 and 2.0.0 have")
        : Optional.empty();
  }

  @Override
  public ObjectNode document(Map<String, QuantParams> activations, Map<String, QuantParams> weights, Model model) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("version", version());
    ObjectNode byActivation = document.putObject(ACTIVATIONS);
    activations.forEach((tensor, params) -> write(byActivation.putArray(tensor), params));
    ObjectNode byWeight = document.putObject(PARAMETERS);
    weights.forEach((weight, params) -> write(byWeight.putArray(weight), params.byChannel(channels(model, weight))));
    ObjectNode arguments = document.putObject("quantizer_args");
    arguments.put("activation_bitwidth", widest(activations));
    arguments.put("param_bitwidth", widest(weights));
    arguments.put("dtype", "int");
    arguments.put("is_symmetric", !weights.isEmpty() && weights.values().stream()
        .allMatch(params -> AimetCodes.isSymmetric(params.format())));
    arguments.put("per_channel_quantization", weights.values().stream().anyMatch(params -> params.affine().size() > 1));
    arguments.put("quant_scheme", "post_training_tf_enhanced");
    return document;
  }

  private static int channels(Model model, String weight) {
    return model.layerOfWeight(weight).orElseThrow().outputChannels();
  }

  private static int widest(Map<String, QuantParams> encodings) {
    return encodings.values().stream().mapToInt(params -> params.format().bits()).max().orElse(8);
  }

  private static void write(ArrayNode list, QuantParams params) {
    IntegerFormat format = params.format();
    for (Affine affine : params.affine()) {
      list.addObject()
          .put("bitwidth", format.bits())
          .put("dtype", "int")
          .put("is_symmetric", AimetCodes.isSymmetric(format) ? "True" : "False")
          .put("max", AimetCodes.max(format, affine))
          .put("min", AimetCodes.min(format, affine))
          .put("offset", AimetCodes.offset(format, affine.zeroPoint()))
          .put("scale", affine.scale());
    }
  }

  @Override
  public void read(ObjectNode document, String file, Model model, ConfigCollector into) {
    for (String part : List.of(ACTIVATIONS, PARAMETERS)) {
      JsonNode map = document.path(part);
      if (!map.isObject()) {
        throw new InvalidInputException("%s: %s is no object from tensor to encodings.".formatted(file, part));
      }
      map.properties().forEach(entry -> tensor(entry.getKey(), entry.getValue(), file, into));
    }
  }

  private static void tensor(String tensor, JsonNode list, String file, ConfigCollector into) {
    String where = "%s: %s".formatted(file, tensor);
    if (!list.isArray() || list.isEmpty()) {
      throw new InvalidInputException("%s is %s where a list of encodings belongs.".formatted(where, JsonText.shortened(list)));
    }
    JsonNode first = list.get(0);
    if (first.path("dtype").asText("int").equals("float")) {
      return;
    }
    int bits = AimetCodes.bits(first.path("bitwidth"), where);
    List<Affine> affine = new ArrayList<>();
    boolean symmetric = first.path("is_symmetric").asText().equalsIgnoreCase("true");
    boolean centred = true;
    for (JsonNode encoding : list) {
      centred &= AimetCodes.isCentred(JsonText.wholeNumber(encoding.path("offset"), where + ".offset"), bits);
    }
    IntegerFormat format = AimetCodes.format(bits, symmetric, centred);
    for (JsonNode encoding : list) {
      affine.add(AimetCodes.affine(encoding.path("scale"), encoding.path("offset"), format, where));
    }
    int axis = into.layer(tensor).map(layer -> layer.outputChannelAxis()).orElse(0);
    into.add(tensor, new QuantParams(format, affine.size() == 1 ? Granularity.TENSOR : Granularity.CHANNEL, axis, affine));
  }
}
