package io.bitloupe.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.bitloupe.model.InvalidInputException;
import java.util.OptionalDouble;

/** Fields of saved sessions; what is missing or of another kind is refused by name. */
final class JsonFields {

  private JsonFields() {}

  static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new InvalidInputException("the field \"%s\" is missing".formatted(field));
    }
    return value;
  }

  static String text(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isTextual()) {
      throw new InvalidInputException("the field \"%s\" is no text".formatted(field));
    }
    return value.textValue();
  }

  static int integer(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.canConvertToInt()) {
      throw new InvalidInputException("the field \"%s\" is no whole number".formatted(field));
    }
    return value.intValue();
  }

  static long whole(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.canConvertToLong()) {
      throw new InvalidInputException("the field \"%s\" is no whole number".formatted(field));
    }
    return value.longValue();
  }

  static double real(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (value.isNumber()) {
      return value.doubleValue();
    }
    return switch (value.asText()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> throw new InvalidInputException("the field \"%s\" is no number".formatted(field));
    };
  }

  static OptionalDouble measured(JsonNode node, String field) {
    return node.has(field) ? OptionalDouble.of(real(node, field)) : OptionalDouble.empty();
  }

  static <E extends Enum<E>> E constant(Class<E> type, JsonNode node, String field) {
    String name = text(node, field);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new InvalidInputException("the field \"%s\" has the unknown value %s".formatted(field, name));
  }
}
