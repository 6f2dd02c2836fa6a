package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.QuantConfig.ModelReference;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.TensorChoice.Quantized;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema says what the codec writes, and nothing less strict than what it reads. */
class ConfigSchemaTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> ANNOTATIONS = Set.of("$schema", "$id", "$defs", "title", "description");
  private static JsonNode schema;

  private final Set<String> keywords = new TreeSet<>();

  @BeforeAll
  static void read() throws IOException {
    schema = MAPPER.readTree(Path.of("docs/config.schema.json").toFile());
  }

  @Test
  void allowsWhatTheCodecWrites() throws IOException {
    QuantConfig config =
        QuantConfig.defaults()
            .withDefaults(TensorChoice.DEFAULT_WEIGHT, TensorChoice.FLOAT)
            .forModel(new ModelReference("a.onnx", "ab"))
            .with("a", quantized(Granularity.TENSOR, new RangeMethod.Percentile(99.9)))
            .with("b", quantized(Granularity.CHANNEL, new RangeMethod.Explicit(-1, 0.25f)))
            .with("c", quantized(new Granularity.PerBlock(32), new RangeMethod.Entropy()))
            .with("d", quantized(new Granularity.PerChannelGroup(2), new RangeMethod.Dynamic()))
            .with("e", TensorChoice.FLOAT);
    QuantConfig withRecipe =
        new QuantConfig(
            config.model(),
            Optional.of(new QuantConfig.CalibrationReference("pictures.npz", 256)),
            config.weight(),
            config.activation(),
            config.requantization(),
            config.tensors(),
            List.of(new RecipeStep("equalize", Map.of("iterations", "3"))));
    assertThat(problems(ConfigCodec.encode(withRecipe))).isEmpty();
    assertThat(problems(ConfigCodec.canonical(QuantConfig.defaults()))).isEmpty();
    assertThat(keywords).contains("type", "oneOf", "const", "enum", "required", "additionalProperties", "properties", "items");
  }

  @Test
  void namesEveryFieldThatTheCodecWrites() throws IOException {
    JsonNode choice = schema.at("/$defs/choice/oneOf/1/properties");
    QuantConfig config = QuantConfig.defaults().with("a", quantized(Granularity.TENSOR, new RangeMethod.Mse()));
    JsonNode written = MAPPER.readTree(ConfigCodec.encode(config));
    assertThat(fields(written.at("/tensors/a"))).isEqualTo(fields(choice));
    assertThat(fields(written.at("/defaults"))).isEqualTo(fields(schema.at("/properties/defaults/properties")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"bitloupe\": 2}",
        "{\"bitloupe\": 1, \"other\": 1}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": \"int8\"}}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": {\"bits\": 17}}}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": {\"bits\": 8, \"scale\": [1]}}}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": {\"bits\": 8, \"granularity\": {\"block\": 0}}}}",
        "{\"bitloupe\": 1, \"tensors\": {\"a\": {\"bits\": 8, \"range\": {\"min\": 1, \"max\": 2}}}}",
        "{\"bitloupe\": 1, \"defaults\": {\"requantize\": \"magic\"}}"
      })
  void refusesWhatTheCodecRefuses(String json) throws IOException {
    assertThat(problems(json)).isNotEmpty();
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> ConfigCodec.decode(json, "c", Optional.empty()))).isNotNull();
  }

  private List<String> problems(String json) throws IOException {
    List<String> problems = new ArrayList<>();
    check(MAPPER.readTree(json), schema, "$", problems);
    return problems;
  }

  /** As much of JSON Schema 2020-12 as the schema uses; fails on a keyword that it does not know. */
  private void check(JsonNode value, JsonNode rule, String path, List<String> problems) {
    rule.fieldNames().forEachRemaining(keyword -> checkKeyword(value, rule, keyword, path, problems));
  }

  private void checkKeyword(JsonNode value, JsonNode rule, String keyword, String path, List<String> problems) {
    JsonNode expected = rule.get(keyword);
    keywords.add(keyword);
    boolean fits =
        switch (keyword) {
          case "$ref" -> {
            check(value, schema.at(expected.textValue().substring(1)), path, problems);
            yield true;
          }
          case "type" -> hasType(value, expected.textValue());
          case "const" -> value.equals(expected);
          case "enum" -> contains(expected, value);
          case "pattern" -> !value.isTextual() || java.util.regex.Pattern.compile(expected.textValue()).matcher(value.textValue()).find();
          case "oneOf" -> matching(value, expected, path) == 1;
          case "required" -> !value.isObject() || allPresent(value, expected);
          case "dependentRequired" ->
              expected.propertyStream().allMatch(entry -> !value.has(entry.getKey()) || allPresent(value, entry.getValue()));
          case "minimum" -> !value.isNumber() || value.doubleValue() >= expected.doubleValue();
          case "maximum" -> !value.isNumber() || value.doubleValue() <= expected.doubleValue();
          case "exclusiveMinimum" -> !value.isNumber() || value.doubleValue() > expected.doubleValue();
          case "minItems" -> !value.isArray() || value.size() >= expected.intValue();
          case "items" -> {
            value.forEach(item -> check(item, expected, path + "[]", problems));
            yield true;
          }
          case "properties" -> {
            expected.properties().stream()
                .filter(entry -> value.has(entry.getKey()))
                .forEach(entry -> check(value.get(entry.getKey()), entry.getValue(), path + "." + entry.getKey(), problems));
            yield true;
          }
          case "additionalProperties" -> additional(value, rule, expected, path, problems);
          default -> {
            assertThat(ANNOTATIONS).contains(keyword);
            yield true;
          }
        };
    if (!fits) {
      problems.add("%s: %s breaks %s".formatted(path, value, keyword));
    }
  }

  private boolean additional(JsonNode value, JsonNode rule, JsonNode expected, String path, List<String> problems) {
    if (!(value instanceof ObjectNode object)) {
      return true;
    }
    boolean fits = true;
    for (var entry : object.properties()) {
      if (!rule.path("properties").has(entry.getKey())) {
        if (expected.isObject()) {
          check(entry.getValue(), expected, path + "." + entry.getKey(), problems);
        } else {
          fits &= expected.booleanValue();
        }
      }
    }
    return fits;
  }

  private long matching(JsonNode value, JsonNode rules, String path) {
    long matching = 0;
    for (JsonNode rule : rules) {
      List<String> problems = new ArrayList<>();
      check(value, rule, path, problems);
      matching += problems.isEmpty() ? 1 : 0;
    }
    return matching;
  }

  private static boolean hasType(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode element : list) {
      if (element.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean allPresent(JsonNode value, JsonNode names) {
    for (JsonNode name : names) {
      if (!value.has(name.textValue())) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> fields(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static TensorChoice quantized(Granularity granularity, RangeMethod range) {
    return new Quantized(IntegerFormat.weights(4), granularity, range, List.of(new Affine(0.1f, 0)));
  }
}
