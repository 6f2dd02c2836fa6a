package io.bitloupe.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.bitloupe.config.QuantConfig.CalibrationReference;
import io.bitloupe.config.QuantConfig.ModelReference;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Requantization;
import io.bitloupe.quant.format.NumberFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns a JSON document into a configuration, and says in one sentence where it is wrong. */
final class ConfigReader {

  private static final int WIDEST = 16;
  private static final int LONGEST_QUOTE = 60;

  private final String source;
  private final Optional<QuantizableTensors> quantizable;

  ConfigReader(String source, Optional<Model> model) {
    this.source = source;
    this.quantizable = model.map(QuantizableTensors::of);
  }

  QuantConfig read(String json) {
    JsonNode document = parse(json);
    if (!document.isObject()) {
      throw new InvalidInputException("%s is no configuration: it holds no JSON object.".formatted(source));
    }
    if (!document.has("bitloupe")) {
      throw new InvalidInputException("%s is no configuration: the field \"bitloupe\" is missing.".formatted(source));
    }
    if (!document.get("bitloupe").isInt() || document.get("bitloupe").intValue() != ConfigCodec.VERSION) {
      throw new InvalidInputException(
          "%s has the format version %s, and this program reads version %d."
              .formatted(source, quote(document.get("bitloupe")), ConfigCodec.VERSION));
    }
    knownFields(document, "", "bitloupe", "model", "calibration", "defaults", "tensors", "recipe");
    Optional<ModelReference> model = child(document, "", "model").map(this::modelReference);
    Optional<CalibrationReference> calibration = child(document, "", "calibration").map(this::calibrationReference);
    TensorChoice weight = TensorChoice.DEFAULT_WEIGHT;
    TensorChoice activation = TensorChoice.DEFAULT_ACTIVATION;
    Requantization requantization = Requantization.FLOAT_SCALE;
    Optional<JsonNode> defaults = child(document, "", "defaults");
    if (defaults.isPresent()) {
      knownFields(defaults.get(), "defaults", "weight", "activation", "requantize");
      weight = choiceIn(defaults.get(), "weight", weight);
      activation = choiceIn(defaults.get(), "activation", activation);
      requantization =
          text(defaults.get(), "defaults", "requantize")
              .map(word -> word("defaults.requantize", word, ChoiceText::parseRequantization))
              .orElse(requantization);
    }
    return new QuantConfig(
        model, calibration, weight, activation, requantization, tensors(document, weight, activation), recipe(document));
  }

  private JsonNode parse(String json) {
    try {
      JsonNode document = ConfigJson.MAPPER.readTree(json);
      if (document == null || document.isMissingNode()) {
        throw new InvalidInputException("%s is empty.".formatted(source));
      }
      return document;
    } catch (JsonProcessingException failure) {
      String reason = String.valueOf(failure.getOriginalMessage())
              .replaceAll("\\s+", " ")
              .replaceAll(" ?\\(start marker at [^)]*\\).*?\\)$|; line: .*$", "").replaceAll("[.]$", "");
      String place =
          failure.getLocation() == null
              ? ""
              : " (line %d, column %d)".formatted(failure.getLocation().getLineNr(), failure.getLocation().getColumnNr());
      throw new InvalidInputException("%s is not valid JSON: %s%s.".formatted(source, shortened(reason, 160), place), failure);
    }
  }

  private ModelReference modelReference(JsonNode node) {
    knownFields(node, "model", "file", "sha256");
    String file = text(node, "model", "file").orElseThrow(() -> wrong("model", "lacks the field \"file\""));
    String sha256 = text(node, "model", "sha256").orElseThrow(() -> wrong("model", "lacks the field \"sha256\""));
    return new ModelReference(file, sha256);
  }

  private CalibrationReference calibrationReference(JsonNode node) {
    knownFields(node, "calibration", "data", "samples");
    String data = text(node, "calibration", "data").orElseThrow(() -> wrong("calibration", "lacks the field \"data\""));
    JsonNode samples = node.path("samples");
    if (!samples.isInt() || samples.intValue() < 1) {
      throw wrong("calibration.samples", "is no number of samples");
    }
    return new CalibrationReference(data, samples.intValue());
  }

  private Map<String, TensorChoice> tensors(JsonNode document, TensorChoice weight, TensorChoice activation) {
    Map<String, TensorChoice> tensors = new LinkedHashMap<>();
    child(document, "", "tensors")
        .ifPresent(
            node ->
                node.forEachEntry(
                    (name, value) -> tensors.put(name, choice("tensors[\"" + name + "\"]", value, inherited(name, weight, activation)))));
    return tensors;
  }

  private Optional<Quantized> inherited(String tensor, TensorChoice weight, TensorChoice activation) {
    if (quantizable.isEmpty()) {
      return Optional.empty();
    }
    boolean isWeight = quantizable.get().weights().contains(tensor);
    TensorChoice base = isWeight ? weight : activation;
    TensorChoice whenFloat = isWeight ? TensorChoice.DEFAULT_WEIGHT : TensorChoice.DEFAULT_ACTIVATION;
    return Optional.of((Quantized) (base instanceof Quantized ? base : whenFloat));
  }

  private List<RecipeStep> recipe(JsonNode document) {
    List<RecipeStep> steps = new ArrayList<>();
    JsonNode recipe = document.path("recipe");
    if (recipe.isMissingNode()) {
      return steps;
    }
    if (!recipe.isArray()) {
      throw wrong("recipe", "must be a list, not " + quote(recipe));
    }
    for (JsonNode step : recipe) {
      String path = "recipe[%d]".formatted(steps.size());
      if (!step.isObject()) {
        throw wrong(path, "must be an object, not " + quote(step));
      }
      knownFields(step, path, "method", "settings");
      String method = text(step, path, "method").orElseThrow(() -> wrong(path, "lacks the field \"method\""));
      Map<String, String> settings = new LinkedHashMap<>();
      child(step, path, "settings")
          .ifPresent(
              values ->
                  values.forEachEntry(
                      (name, _) -> text(values, path + ".settings", name).ifPresent(value -> settings.put(name, value))));
      steps.add(new RecipeStep(method, settings));
    }
    return steps;
  }

  private TensorChoice choiceIn(JsonNode defaults, String name, TensorChoice base) {
    JsonNode node = defaults.path(name);
    return node.isMissingNode() ? base : choice("defaults." + name, node, Optional.of((Quantized) base));
  }

  private TensorChoice choice(String path, JsonNode node, Optional<Quantized> base) {
    if (node.isTextual() && node.textValue().equals(ConfigJson.FLOAT)) {
      return TensorChoice.FLOAT;
    }
    if (!node.isObject()) {
      throw wrong(path, "must be \"float\" or an object, not " + quote(node));
    }
    if (node.has("format")) {
      knownFields(node, path, "format", "granularity");
      NumberFormat format = word(path + ".format", string(node.get("format"), path + ".format"), FormatText::parse);
      return new TensorChoice.Coded(
          format, node.has("granularity") ? granularity(node.get("granularity"), path + ".granularity") : format.usualGranularity());
    }
    knownFields(node, path, "bits", "signed", "scheme", "granularity", "range", "scale", "zeroPoint");
    int bits = wholeNumber(present(node, path, "bits"), path + ".bits", 1, WIDEST);
    boolean signed =
        field(node, path, "signed", base, value -> bool(value, path + ".signed"), inherited -> inherited.format().signed());
    var scheme =
        field(
            node,
            path,
            "scheme",
            base,
            value -> word(path + ".scheme", string(value, path + ".scheme"), ChoiceText::parseScheme),
            inherited -> inherited.format().scheme());
    Granularity granularity =
        field(node, path, "granularity", base, value -> granularity(value, path + ".granularity"), Quantized::granularity);
    RangeMethod range = field(node, path, "range", base, value -> range(value, path + ".range"), Quantized::range);
    return new Quantized(new IntegerFormat(bits, signed, scheme), granularity, range, resolved(node, path));
  }

  private <T> T field(
      JsonNode node,
      String path,
      String name,
      Optional<Quantized> base,
      Function<JsonNode, T> given,
      Function<Quantized, T> inherited) {
    return node.has(name) || base.isEmpty() ? given.apply(present(node, path, name)) : inherited.apply(base.get());
  }

  private Granularity granularity(JsonNode node, String path) {
    if (node.isTextual()) {
      switch (node.textValue()) {
        case "tensor":
          return Granularity.TENSOR;
        case "channel":
          return Granularity.CHANNEL;
        default:
          break;
      }
    }
    if (node.isObject() && node.size() == 1) {
      if (node.has("block")) {
        return new Granularity.PerBlock(wholeNumber(node.get("block"), path + ".block", 1, Integer.MAX_VALUE));
      }
      if (node.has("channels")) {
        return new Granularity.PerChannelGroup(wholeNumber(node.get("channels"), path + ".channels", 1, Integer.MAX_VALUE));
      }
    }
    throw wrong(path, "must be \"tensor\", \"channel\", {\"block\": N} or {\"channels\": N}, not " + quote(node));
  }

  private RangeMethod range(JsonNode node, String path) {
    if (!node.isObject()) {
      throw wrong(path, "must be {\"method\": ...} or {\"min\": ..., \"max\": ...}, not " + quote(node));
    }
    if (node.has("min") || node.has("max")) {
      knownFields(node, path, "min", "max");
      float min = number(present(node, path, "min"), path + ".min");
      float max = number(present(node, path, "max"), path + ".max");
      try {
        return new RangeMethod.Explicit(min, max);
      } catch (IllegalArgumentException notARange) {
        throw wrong(path, "from %s to %s is not a finite range that holds 0".formatted(min, max));
      }
    }
    knownFields(node, path, "method", "percent");
    String word = string(present(node, path, "method"), path + ".method");
    RangeMethod method =
        ChoiceText.methodById(word)
            .or(() -> parametrized(word))
            .orElseThrow(() -> wrong(path + ".method", "must be %s, not %s".formatted(ChoiceText.METHODS, quote(node.get("method")))));
    if (!node.has("percent")) {
      return method;
    }
    if (!(method instanceof RangeMethod.Percentile)) {
      throw wrong(path + ".percent", "belongs to the method \"percentile\" only");
    }
    try {
      return new RangeMethod.Percentile(decimal(node.get("percent"), path + ".percent"));
    } catch (IllegalArgumentException notAPercentile) {
      throw wrong(path + ".percent", "must be above 0 and at most 100, not " + quote(node.get("percent")));
    }
  }

  private static Optional<RangeMethod> parametrized(String word) {
    try {
      return word.contains(":") ? Optional.of(ChoiceText.parseMethod(word)) : Optional.empty();
    } catch (InvalidInputException unknown) {
      return Optional.empty();
    }
  }

  private List<Affine> resolved(JsonNode node, String path) {
    if (!node.has("scale") && !node.has("zeroPoint")) {
      return List.of();
    }
    JsonNode scales = present(node, path, "scale");
    JsonNode zeroPoints = present(node, path, "zeroPoint");
    if (!scales.isArray() || !zeroPoints.isArray() || scales.isEmpty()) {
      throw wrong(path, "needs a list of numbers as \"scale\" and as \"zeroPoint\"");
    }
    if (scales.size() != zeroPoints.size()) {
      throw wrong(path, "has %d scales but %d zero-points".formatted(scales.size(), zeroPoints.size()));
    }
    List<Affine> affine = new ArrayList<>(scales.size());
    for (int i = 0; i < scales.size(); i++) {
      String place = "%s.scale[%d]".formatted(path, i);
      float scale = number(scales.get(i), place);
      if (!(scale > 0)) {
        throw wrong(place, "must be above 0, not " + quote(scales.get(i)));
      }
      int zeroPoint =
          wholeNumber(zeroPoints.get(i), "%s.zeroPoint[%d]".formatted(path, i), -(1 << (WIDEST - 1)), (1 << WIDEST) - 1);
      affine.add(new Affine(scale, zeroPoint));
    }
    return affine;
  }

  private Optional<JsonNode> child(JsonNode node, String path, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw wrong(path.isEmpty() ? name : path + "." + name, "must be an object, not " + quote(value));
    }
    return Optional.of(value);
  }

  private JsonNode present(JsonNode node, String path, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw wrong(path, "lacks the field \"" + name + "\"");
    }
    return value;
  }

  private void knownFields(JsonNode node, String path, String... known) {
    if (!node.isObject()) {
      throw wrong(path, "must be an object, not " + quote(node));
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!Arrays.asList(known).contains(name)) {
                String what = "has the unknown field \"%s\"".formatted(shortened(name, LONGEST_QUOTE));
                throw wrong(path.isEmpty() ? "the document" : path, what + " (known are " + String.join(", ", known) + ")");
              }
            });
  }

  private Optional<String> text(JsonNode node, String path, String name) {
    JsonNode value = node.path(name);
    return value.isMissingNode() ? Optional.empty() : Optional.of(string(value, path + "." + name));
  }

  private String string(JsonNode node, String path) {
    if (!node.isTextual()) {
      throw wrong(path, "must be a text, not " + quote(node));
    }
    return node.textValue();
  }

  private boolean bool(JsonNode node, String path) {
    if (!node.isBoolean()) {
      throw wrong(path, "must be true or false, not " + quote(node));
    }
    return node.booleanValue();
  }

  private int wholeNumber(JsonNode node, String path, int least, int greatest) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > greatest) {
      throw wrong(
          path,
          greatest == Integer.MAX_VALUE
              ? "must be a whole number of at least %d, not %s".formatted(least, quote(node))
              : "must be a whole number from %d to %d, not %s".formatted(least, greatest, quote(node)));
    }
    return node.intValue();
  }

  /** The float32 next to the decimal number; decimals go there directly, since rounding to double first could round twice. */
  private float number(JsonNode node, String path) {
    if (!node.isNumber()) {
      throw wrong(path, "must be a number, not " + quote(node));
    }
    float value = node.decimalValue().floatValue();
    if (!Float.isFinite(value)) {
      throw wrong(path, "must be a number that float32 can hold, not " + quote(node));
    }
    return value;
  }

  private double decimal(JsonNode node, String path) {
    if (!node.isNumber()) {
      throw wrong(path, "must be a number, not " + quote(node));
    }
    return node.decimalValue().doubleValue();
  }

  private <T> T word(String path, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (InvalidInputException unknown) {
      throw new InvalidInputException("%s: %s %s".formatted(source, path, unknown.getMessage()), unknown);
    }
  }

  private InvalidInputException wrong(String path, String reason) {
    return new InvalidInputException("%s: %s %s.".formatted(source, shortened(path, 200), reason));
  }

  private static String quote(JsonNode node) {
    return shortened(node.toString(), LONGEST_QUOTE);
  }

  private static String shortened(String text, int length) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= length ? line : line.substring(0, length) + "...";
  }
}
