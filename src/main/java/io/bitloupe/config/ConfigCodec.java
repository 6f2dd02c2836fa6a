package io.bitloupe.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig.ModelReference;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.format.NumberFormat;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Configurations as JSON files ({@code docs/config.schema.json}). What is written reads back equal, scales bit for bit. What a
 * file says and this version does not know is refused by name.
 */
public final class ConfigCodec {

  /** Version of the format. */
  public static final int VERSION = 1;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ConfigCodec() {}

  /** {@code config} as a JSON document for people, ending with a line break. */
  public static String encode(QuantConfig config) {
    try {
      return ConfigJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document(config, config.tensors())) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * The one form that all equal configurations share, whatever the order in which tensors were named: no blanks, tensors by name,
   * without the file name of the model and without where the ranges came from.
   */
  public static String canonical(QuantConfig config) {
    ObjectNode document = document(config, new TreeMap<>(config.tensors()));
    document.remove("model");
    document.remove("calibration");
    return document.toString();
  }

  /** Writes {@code config} to {@code file} as a whole or not at all. */
  public static void write(QuantConfig config, Path file) {
    AtomicFile.writeText(file, encode(config));
  }

  /**
   * Reads {@code file} for {@code model} and checks that they fit.
   *
   * @throws InvalidInputException with one sentence, when the file cannot be used for the model
   */
  public static QuantConfig read(Path file, Model model) {
    QuantConfig config = decode(TextFiles.read(file, "configuration"), file.toString(), Optional.of(model));
    ConfigValidator.check(config, model, file.toString());
    return config;
  }

  /**
   * Reads {@code file} for no model in particular.
   *
   * @throws InvalidInputException with one sentence, when the file cannot be used
   */
  public static QuantConfig read(Path file) {
    return decode(TextFiles.read(file, "configuration"), file.toString(), Optional.empty());
  }

  /**
   * Reads a JSON document. A choice may leave out everything but its bits: the rest is then that of the document's default for
   * weights or activations. To know which of them a tensor's choice is for takes the model; without it such a choice is refused.
   *
   * @param source where the text comes from, for messages
   * @throws InvalidInputException with one sentence, when the document cannot be used
   */
  public static QuantConfig decode(String json, String source, Optional<Model> model) {
    return new ConfigReader(source, model).read(json);
  }

  private static ObjectNode document(QuantConfig config, Map<String, TensorChoice> tensors) {
    ObjectNode document = JSON.objectNode();
    document.put("bitloupe", VERSION);
    config.model().ifPresent(model -> document.set("model", model(model)));
    config
        .calibration()
        .ifPresent(data -> document.putObject("calibration").put("data", data.data()).put("samples", data.samples()));
    ObjectNode defaults = document.putObject("defaults");
    putChoice(defaults, "weight", config.weight());
    putChoice(defaults, "activation", config.activation());
    defaults.put("requantize", ChoiceText.format(config.requantization()));
    ObjectNode byName = document.putObject("tensors");
    tensors.forEach((name, choice) -> putChoice(byName, name, choice));
    ArrayNode recipe = document.putArray("recipe");
    config.recipe().forEach(step -> recipe.add(recipeStep(step)));
    return document;
  }

  private static ObjectNode model(ModelReference model) {
    return JSON.objectNode().put("file", model.file()).put("sha256", model.sha256());
  }

  private static ObjectNode recipeStep(RecipeStep step) {
    ObjectNode node = JSON.objectNode().put("method", step.method());
    ObjectNode settings = node.putObject("settings");
    step.settings().forEach(settings::put);
    return node;
  }

  private static void putChoice(ObjectNode parent, String name, TensorChoice choice) {
    switch (choice) {
      case TensorChoice.FloatingPoint _ -> parent.put(name, ConfigJson.FLOAT);
      case Quantized quantized -> parent.set(name, quantized(quantized));
      case TensorChoice.Coded(NumberFormat format, Granularity granularity) -> {
        ObjectNode node = parent.putObject(name).put("format", FormatText.format(format));
        putGranularity(node, granularity);
      }
    }
  }

  private static ObjectNode quantized(Quantized choice) {
    ObjectNode node = JSON.objectNode();
    node.put("bits", choice.format().bits());
    node.put("signed", choice.format().signed());
    node.put("scheme", ChoiceText.format(choice.format().scheme()));
    putGranularity(node, choice.granularity());
    putRange(node.putObject("range"), choice.range());
    if (!choice.resolved().isEmpty()) {
      ArrayNode scales = node.putArray("scale");
      ArrayNode zeroPoints = node.putArray("zeroPoint");
      for (Affine affine : choice.resolved()) {
        scales.add(affine.scale());
        zeroPoints.add(affine.zeroPoint());
      }
    }
    return node;
  }

  private static void putGranularity(ObjectNode node, Granularity granularity) {
    switch (granularity) {
      case Granularity.PerTensor _ -> node.put("granularity", "tensor");
      case Granularity.PerChannel _ -> node.put("granularity", "channel");
      case Granularity.PerBlock(int size) -> node.putObject("granularity").put("block", size);
      case Granularity.PerChannelGroup(int channels) -> node.putObject("granularity").put("channels", channels);
    }
  }

  private static void putRange(ObjectNode node, RangeMethod range) {
    switch (range) {
      case RangeMethod.Explicit(float min, float max) -> node.put("min", min).put("max", max);
      case RangeMethod.Percentile(double percent) -> node.put("method", ChoiceText.methodId(range)).put("percent", percent);
      default -> node.put("method", ChoiceText.format(range));
    }
  }
}
