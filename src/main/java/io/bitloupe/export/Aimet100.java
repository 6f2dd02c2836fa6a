package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Version 1.0.0: two lists of named encodings, each with its granularity and lists of scales and offsets. */
final class Aimet100 implements AimetSchema {

  @Override
  public String version() {
    return "1.0.0";
  }

  @Override
  public Optional<String> weightProblem(QuantParams params, Model model, String weight) {
    return params.granularity() instanceof Granularity.PerBlock(int size)
            && AimetCodes.inputChannels(model.graph().constant(weight).shape(), params.axis(), size).isEmpty()
        ? Optional.of("AIMET's blocks are of whole input channels and all of one size, and blocks of %d weights are not".formatted(size))
        : Optional.empty();
  }

  @Override
  public ObjectNode document(Map<String, QuantParams> activations, Map<String, QuantParams> weights, Model model) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("version", version());
    ArrayNode byActivation = document.putArray("activation_encodings");
    activations.forEach((tensor, params) -> write(byActivation.addObject(), tensor, params));
    document.putArray("excluded_layers");
    ArrayNode byWeight = document.putArray("param_encodings");
    weights.forEach(
        (weight, params) -> {
          Layer layer = model.layerOfWeight(weight).orElseThrow();
          ObjectNode encoding = byWeight.addObject();
          write(encoding, weight, params.byChannel(layer.outputChannels()));
          if (params.granularity() instanceof Granularity.PerBlock(int size)) {
            encoding.put("block_size", AimetCodes.inputChannels(layer.weightShape(), params.axis(), size).orElseThrow());
          }
        });
    return document;
  }

  private static void write(ObjectNode encoding, String tensor, QuantParams params) {
    IntegerFormat format = params.format();
    encoding.put("bw", format.bits());
    encoding.put("dtype", "INT");
    encoding.put(
        "enc_type",
        switch (params.granularity()) {
          case Granularity.PerTensor _ -> "PER_TENSOR";
          case Granularity.PerBlock _ -> "PER_BLOCK";
          default -> "PER_CHANNEL";
        });
    encoding.put("is_sym", AimetCodes.isSymmetric(format));
    encoding.put("name", tensor);
    ArrayNode offsets = encoding.putArray("offset");
    ArrayNode scales = encoding.putArray("scale");
    for (Affine affine : params.affine()) {
      offsets.add(AimetCodes.offset(format, affine.zeroPoint()));
      scales.add(affine.scale());
    }
  }

  @Override
  public void read(ObjectNode document, String file, Model model, ConfigCollector into) {
    for (String part : List.of("activation_encodings", "param_encodings")) {
      JsonNode list = document.path(part);
      if (!list.isArray()) {
        throw new InvalidInputException("%s: %s is no list of encodings.".formatted(file, part));
      }
      list.forEach(encoding -> encoding(encoding, file, into));
    }
  }

  private static void encoding(JsonNode encoding, String file, ConfigCollector into) {
    String tensor = encoding.path("name").asText();
    String where = "%s: %s".formatted(file, tensor);
    if (encoding.path("dtype").asText("INT").equals("FLOAT")) {
      return;
    }
    if (encoding.path("enc_type").asText().equals("LPBQ")) {
      into.lose(tensor, "its blocks have integer scales on top of a scale by channel (LPBQ), which Bitloupe does not have");
      return;
    }
    int bits = AimetCodes.bits(encoding.path("bw"), where);
    JsonNode scales = encoding.path("scale");
    JsonNode offsets = encoding.path("offset");
    if (!scales.isArray() || scales.isEmpty() || scales.size() != offsets.size()) {
      throw new InvalidInputException("%s has %d scales and %d offsets.".formatted(where, scales.size(), offsets.size()));
    }
    boolean centred = true;
    for (JsonNode offset : offsets) {
      centred &= AimetCodes.isCentred(JsonText.wholeNumber(offset, where + ": the offset"), bits);
    }
    IntegerFormat format = AimetCodes.format(bits, encoding.path("is_sym").asBoolean(), centred);
    List<Affine> affine = new ArrayList<>();
    for (int i = 0; i < scales.size(); i++) {
      affine.add(AimetCodes.affine(scales.get(i), offsets.get(i), format, where));
    }
    Optional<Layer> layer = into.layer(tensor);
    int axis = layer.map(Layer::outputChannelAxis).orElse(0);
    into.add(tensor, new QuantParams(format, granularity(encoding, layer, where), axis, affine));
  }

  private static Granularity granularity(JsonNode encoding, Optional<Layer> layer, String where) {
    return switch (encoding.path("enc_type").asText()) {
      case "PER_TENSOR" -> Granularity.TENSOR;
      case "PER_CHANNEL" -> Granularity.CHANNEL;
      case "PER_BLOCK" -> {
        int size = Math.max(1, JsonText.wholeNumber(encoding.path("block_size"), where + ": block_size"));
        yield new Granularity.PerBlock(layer.map(owner -> AimetCodes.blockSize(owner.weightShape(), size)).orElse(size));
      }
      default -> throw new InvalidInputException(
          "%s: the kind of encoding %s is not known.".formatted(where, JsonText.shortened(encoding.path("enc_type"))));
    };
  }
}
