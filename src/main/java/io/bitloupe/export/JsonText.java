package io.bitloupe.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.TextFiles;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Affine;
import java.nio.file.Path;

/** Reads and writes the JSON of other tools: numbers exactly, in the order given, and nothing deep or twice. */
final class JsonText {

  private static final int DEEPEST = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxNumberLength(200).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonText() {}

  /**
   * The object in {@code file}.
   *
   * @param kind what the file should be, for messages
   * @throws InvalidInputException with one sentence, when it cannot be read or holds something else
   */
  static ObjectNode read(Path file, String kind) {
    try {
      if (MAPPER.readTree(TextFiles.read(file, kind)) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException notJson) {
      int line = notJson.getLocation() == null ? 0 : notJson.getLocation().getLineNr();
      throw new InvalidInputException("%s is no %s: line %d is not JSON.".formatted(file, kind, line), notJson);
    }
    throw new InvalidInputException("%s is no %s: it is no JSON object.".formatted(file, kind));
  }

  /** The document for people, ending with a line break. */
  static String format(ObjectNode document) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try {
      return MAPPER.writer(printer).writeValueAsString(document) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static void write(ObjectNode document, Path file) {
    AtomicFile.writeText(file, format(document));
  }

  /** The float32 next to a decimal number, without going through double. */
  static float number(JsonNode node, String where) {
    if (!node.isNumber()) {
      throw new InvalidInputException("%s is %s where a number belongs.".formatted(where, shortened(node)));
    }
    return node.decimalValue().floatValue();
  }

  static int wholeNumber(JsonNode node, String where) {
    if (!node.isNumber() || node.decimalValue().stripTrailingZeros().scale() > 0 || Math.abs(node.doubleValue()) > 1 << 24) {
      throw new InvalidInputException("%s is %s where a whole number belongs.".formatted(where, shortened(node)));
    }
    return node.intValue();
  }

  static String shortened(JsonNode node) {
    String text = node.isMissingNode() ? "missing" : node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  /**
   * A scale with its zero-point.
   *
   * @throws InvalidInputException when it is no finite number above 0
   */
  static Affine affine(JsonNode scale, int zeroPoint, String where) {
    float value = number(scale, where + ": the scale");
    if (!(value > 0) || !Float.isFinite(value)) {
      throw new InvalidInputException("%s: a scale of %s is not above 0.".formatted(where, shortened(scale)));
    }
    return new Affine(value, zeroPoint);
  }
}
