package io.bitloupe.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads preprocessing files: one JSON object with any of {@code input, layout, color, resize, crop, mean, std, labelOffset}.
 * What is not given is: the model's first input, NCHW, RGB (gray for a single mean or std), no resizing, no cropping, mean 0,
 * std 1, offset 0. A single mean or std stands for all channels.
 */
public final class PreprocessingReader {

  private static final long LARGEST_FILE = 1 << 20;
  private static final int LARGEST_SIDE = 1 << 14;
  private static final Set<String> FIELDS =
      new TreeSet<>(List.of("input", "layout", "color", "resize", "crop", "mean", "std", "labelOffset"));
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private PreprocessingReader() {}

  /**
   * The preprocessing in the file beside {@code model} that is named like it, with {@code .preprocess.json} for {@code .onnx}.
   *
   * @return empty when there is no such file
   * @throws io.bitloupe.model.InvalidInputException when it is wrong; one sentence that names it
   */
  public static Optional<Preprocessing> beside(Path model) {
    Path file = Beside.file(model, ".preprocess.json");
    return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * The preprocessing in {@code file}.
   *
   * @throws io.bitloupe.model.InvalidInputException when it is wrong; one sentence that names it
   */
  public static Preprocessing read(Path file) {
    JsonNode root;
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw Refusal.of(file, "it is too large for a preprocessing file");
      }
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw Refusal.of(file, "it is no JSON" + line(e), e);
    } catch (IOException e) {
      throw Refusal.of(file, Refusal.reason(e), e);
    }
    if (!root.isObject()) {
      throw Refusal.of(file, "it is no JSON object");
    }
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw Refusal.of(file, "it has an unknown field '%s'; the fields are %s".formatted(name, String.join(", ", FIELDS)));
      }
    }
    return preprocessing(file, root);
  }

  private static String line(JsonProcessingException e) {
    return Optional.ofNullable(e.getLocation()).map(at -> " (line %d)".formatted(at.getLineNr())).orElse("");
  }

  private static Preprocessing preprocessing(Path file, JsonNode root) {
    List<Float> mean = numbers(file, root, "mean", 0f);
    List<Float> std = numbers(file, root, "std", 1f);
    Preprocessing.Color color =
        root.hasNonNull("color")
            ? choice(file, root, "color", Preprocessing.Color.class)
            : root.has("mean") && mean.size() == 1 && std.size() == 1 ? Preprocessing.Color.GRAY : Preprocessing.Color.RGB;
    int channels = color == Preprocessing.Color.GRAY ? 1 : 3;
    requireChannels(file, "mean", mean, channels, color);
    requireChannels(file, "std", std, channels, color);
    for (float value : std) {
      if (value == 0) {
        throw Refusal.of(file, "its field 'std' has a 0, by which nothing can be divided");
      }
    }
    return new Preprocessing(
        text(file, root, "input"),
        root.hasNonNull("layout") ? choice(file, root, "layout", Preprocessing.Layout.class) : Preprocessing.Layout.NCHW,
        color,
        side(file, root, "resize"),
        side(file, root, "crop"),
        mean,
        std,
        offset(file, root));
  }

  private static void requireChannels(Path file, String field, List<Float> values, int channels, Preprocessing.Color color) {
    if (values.size() != 1 && values.size() != channels) {
      throw Refusal.of(file, "its field '%s' has %d numbers for the %d channels of %s".formatted(field, values.size(), channels, color));
    }
  }

  private static Optional<String> text(Path file, JsonNode root, String field) {
    if (!root.hasNonNull(field)) {
      return Optional.empty();
    }
    if (!root.path(field).isTextual()) {
      throw Refusal.of(file, "its field '%s' is no text".formatted(field));
    }
    return Optional.of(root.path(field).asText());
  }

  private static <E extends Enum<E>> E choice(Path file, JsonNode root, String field, Class<E> choices) {
    String given = root.path(field).asText().toUpperCase(Locale.ROOT);
    List<String> names = new ArrayList<>();
    for (E candidate : choices.getEnumConstants()) {
      if (candidate.name().equals(given)) {
        return candidate;
      }
      names.add(candidate.name());
    }
    throw Refusal.of(file, "its field '%s' is not one of %s".formatted(field, String.join(", ", names)));
  }

  private static Optional<Integer> side(Path file, JsonNode root, String field) {
    if (!root.hasNonNull(field)) {
      return Optional.empty();
    }
    JsonNode value = root.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1 || value.asInt() > LARGEST_SIDE) {
      throw Refusal.of(file, "its field '%s' is no number of pixels from 1 to %d".formatted(field, LARGEST_SIDE));
    }
    return Optional.of(value.asInt());
  }

  private static int offset(Path file, JsonNode root) {
    if (!root.hasNonNull("labelOffset")) {
      return 0;
    }
    JsonNode value = root.path("labelOffset");
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw Refusal.of(file, "its field 'labelOffset' is no integer");
    }
    return value.asInt();
  }

  private static List<Float> numbers(Path file, JsonNode root, String field, float otherwise) {
    if (!root.hasNonNull(field)) {
      return List.of(otherwise);
    }
    JsonNode value = root.path(field);
    List<Float> numbers = new ArrayList<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      if (!item.isNumber() || !Float.isFinite(item.floatValue())) {
        throw Refusal.of(file, "its field '%s' is no list of numbers".formatted(field));
      }
      numbers.add(item.floatValue());
    }
    if (numbers.isEmpty()) {
      throw Refusal.of(file, "its field '%s' is empty".formatted(field));
    }
    return numbers;
  }
}
