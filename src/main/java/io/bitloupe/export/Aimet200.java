package io.bitloupe.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Version 2.0.0: scales and zero-points as ONNX QuantizeLinear has them, nested to the shape that they have there. */
final class Aimet200 implements AimetSchema {

  private static final Pattern INTEGER = Pattern.compile("(u?)int(\\d{1,2})");

  @Override
  public String version() {
    return "2.0.0";
  }

  @Override
  public Optional<String> weightProblem(QuantParams params, Model model, String weight) {
    return new Aimet100().weightProblem(params, model, weight);
  }

  @Override
  public ObjectNode document(Map<String, QuantParams> activations, Map<String, QuantParams> weights, Model model) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("version", version());
    ArrayNode list = document.putArray("encodings");
    activations.forEach((tensor, params) -> write(list.addObject(), tensor, params, Shape.scalar()));
    weights.forEach(
        (weight, params) -> {
          Layer layer = model.layerOfWeight(weight).orElseThrow();
          write(list.addObject(), weight, params.byChannel(layer.outputChannels()), layer.weightShape());
        });
    return document;
  }

  private static void write(ObjectNode encoding, String tensor, QuantParams params, Shape shape) {
    IntegerFormat format = params.format();
    encoding.put("name", tensor);
    encoding.put("output_dtype", (format.signed() ? "int" : "uint") + format.bits());
    switch (params.granularity()) {
      case Granularity.PerTensor _ -> {
        encoding.put("y_scale", params.single().scale());
        if (!params.isZeroPointFree() || !format.signed()) {
          encoding.put("y_zero_point", params.single().zeroPoint());
        }
      }
      case Granularity.PerBlock(int size) -> {
        int channels = AimetCodes.inputChannels(shape, params.axis(), size).orElseThrow();
        int axis = params.axis() == 0 ? 1 : 0;
        int[] sizes = shape.toArray();
        sizes[axis] /= channels;
        int blocks = sizes[axis];
        ToIntFunction<int[]> group = at -> at[params.axis()] * blocks + at[axis];
        encoding.put("axis", axis);
        encoding.put("block_size", channels);
        encoding.set("y_scale", nested(
            sizes, at -> JsonNodeFactory.instance.numberNode(params.affine().get(group.applyAsInt(at)).scale())));
        if (!params.isZeroPointFree()) {
          encoding.set(
              "y_zero_point", nested(sizes,
                  at -> JsonNodeFactory.instance.numberNode(params.affine().get(group.applyAsInt(at)).zeroPoint())));
        }
      }
      default -> {
        encoding.put("axis", params.axis());
        ArrayNode scales = encoding.putArray("y_scale");
        params.affine().forEach(affine -> scales.add(affine.scale()));
        if (!params.isZeroPointFree()) {
          ArrayNode zeroPoints = encoding.putArray("y_zero_point");
          params.affine().forEach(affine -> zeroPoints.add(affine.zeroPoint()));
        }
      }
    }
  }

  /** A leaf of nested lists. */
  private interface Leaf {
    JsonNode at(int[] index);
  }

  private static ArrayNode nested(int[] sizes, Leaf leaf) {
    return nested(sizes, new int[sizes.length], 0, leaf);
  }

  private static ArrayNode nested(int[] sizes, int[] at, int level, Leaf leaf) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < sizes[level]; i++) {
      at[level] = i;
      list.add(level == sizes.length - 1 ? leaf.at(at) : nested(sizes, at, level + 1, leaf));
    }
    at[level] = 0;
    return list;
  }

  @Override
  public void read(ObjectNode document, String file, Model model, ConfigCollector into) {
    JsonNode list = document.path("encodings");
    if (!list.isArray()) {
      throw new InvalidInputException("%s: encodings is no list.".formatted(file));
    }
    list.forEach(encoding -> encoding(encoding, file, into));
  }

  private static void encoding(JsonNode encoding, String file, ConfigCollector into) {
    String tensor = encoding.path("name").asText();
    String where = "%s: %s".formatted(file, tensor);
    Matcher type = INTEGER.matcher(encoding.path("output_dtype").asText());
    if (!type.matches()) {
      into.lose(tensor, "its type %s is no integer".formatted(JsonText.shortened(encoding.path("output_dtype"))));
      return;
    }
    int bits = AimetCodes.bits(JsonNodeFactory.instance.numberNode(Integer.parseInt(type.group(2))), where);
    boolean signed = type.group(1).isEmpty();
    JsonNode zeroPoints = encoding.path("y_zero_point");
    JsonNode scales = encoding.path("y_scale");
    boolean free = zeroPoints.isMissingNode() || isZero(zeroPoints);
    IntegerFormat format = new IntegerFormat(bits, signed, signed && free ? Scheme.SYMMETRIC : Scheme.ASYMMETRIC);
    if (!scales.isArray()) {
      into.add(tensor, QuantParams.perTensor(format, JsonText.affine(scales, zeroPoint(zeroPoints, where), where)));
      return;
    }
    Optional<Layer> layer = into.layer(tensor);
    if (layer.isEmpty()) {
      into.lose(tensor, "it has several scales and is not the weights of a layer");
      return;
    }
    int channelAxis = layer.get().outputChannelAxis();
    if (encoding.has("block_size")) {
      blocks(encoding, layer.get(), format, where, into, tensor);
    } else if (encoding.path("axis").asInt(-1) != channelAxis) {
      into.lose(tensor, "its scales run along axis %s, not along the output channels".formatted(encoding.path("axis")));
    } else {
      List<Affine> affine = new ArrayList<>();
      for (int i = 0; i < scales.size(); i++) {
        affine.add(JsonText.affine(scales.get(i), zeroPoint(at(zeroPoints, i), where), where));
      }
      into.add(tensor, new QuantParams(format, Granularity.CHANNEL, channelAxis, affine));
    }
  }

  private static void blocks(JsonNode encoding, Layer layer, IntegerFormat format, String where, ConfigCollector into, String tensor) {
    Shape shape = layer.weightShape();
    int channelAxis = layer.outputChannelAxis();
    int axis = channelAxis == 0 ? 1 : 0;
    int channels = Math.max(1, JsonText.wholeNumber(encoding.path("block_size"), where + ": block_size"));
    if (encoding.path("axis").asInt(-1) != axis || shape.dim(axis) % channels != 0) {
      into.lose(tensor, "its blocks are not blocks of equal size along the input channels");
      return;
    }
    List<Affine> affine = new ArrayList<>();
    for (int channel = 0; channel < shape.dim(channelAxis); channel++) {
      for (int block = 0; block < shape.dim(axis) / channels; block++) {
        int outer = axis == 0 ? block : channel;
        int inner = axis == 0 ? channel : block;
        JsonNode scale = at(at(encoding.path("y_scale"), outer), inner);
        JsonNode zeroPoint = at(at(encoding.path("y_zero_point"), outer), inner);
        if (!isUniform(scale) || !isUniform(zeroPoint)) {
          into.lose(tensor, "its scales differ inside a kernel");
          return;
        }
        affine.add(JsonText.affine(first(scale), zeroPoint(first(zeroPoint), where), where));
      }
    }
    into.add(tensor, new QuantParams(format, new Granularity.PerBlock(AimetCodes.blockSize(shape, channels)), channelAxis, affine));
  }

  private static JsonNode at(JsonNode list, int index) {
    return list.path(index);
  }

  private static JsonNode first(JsonNode node) {
    return node.isArray() ? first(node.path(0)) : node;
  }

  private static boolean isUniform(JsonNode node) {
    JsonNode first = first(node);
    return node.isArray() ? node.valueStream().allMatch(inner -> first(inner).equals(first) && isUniform(inner)) : true;
  }

  private static boolean isZero(JsonNode node) {
    return node.isArray() ? node.valueStream().allMatch(Aimet200::isZero) : node.asInt(1) == 0;
  }

  private static int zeroPoint(JsonNode node, String where) {
    return node.isMissingNode() ? 0 : JsonText.wholeNumber(node, where + ": the zero-point");
  }
}
