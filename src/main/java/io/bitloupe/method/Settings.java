package io.bitloupe.method;

import io.bitloupe.config.Glob;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.model.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one step of a recipe, read with their defaults.
 *
 * @param method the method that they are for
 * @param values texts by name
 */
public record Settings(String method, Map<String, String> values) {

  /** The setting that every method has. */
  public static final String LAYERS = "layers";

  /** Copies the map. */
  public Settings {
    values = Map.copyOf(values);
  }

  /** The settings of {@code step}. */
  public static Settings of(RecipeStep step) {
    return new Settings(step.method(), step.settings());
  }

  /** The layers that the step may change, as patterns between bars; empty for all. */
  List<Glob> layers() {
    return Optional.ofNullable(values.get(LAYERS)).stream()
        .flatMap(text -> Arrays.stream(text.split("\\|")))
        .filter(pattern -> !pattern.isBlank())
        .map(Glob::new)
        .toList();
  }

  /** A whole number from {@code least} to {@code greatest}. */
  int whole(String name, int standard, int least, int greatest) {
    double value = number(name, standard, least, greatest);
    if (value != Math.rint(value)) {
      throw wrong(name, "a whole number from %d to %d".formatted(least, greatest));
    }
    return (int) value;
  }

  /** A number from {@code least} to {@code greatest}. */
  double number(String name, double standard, double least, double greatest) {
    Optional<String> text = Optional.ofNullable(values.get(name));
    if (text.isEmpty()) {
      return standard;
    }
    try {
      double value = Double.parseDouble(text.get());
      if (value >= least && value <= greatest) {
        return value;
      }
    } catch (NumberFormatException ignored) {
      // the sentence below says it
    }
    throw wrong(name, "a number from %s to %s".formatted(plain(least), plain(greatest)));
  }

  /** One of {@code words}, the first being the default. */
  String word(String name, String... words) {
    String value = values.getOrDefault(name, words[0]);
    if (!List.of(words).contains(value)) {
      throw wrong(name, String.join(" or ", words));
    }
    return value;
  }

  private InvalidInputException wrong(String name, String expected) {
    return new InvalidInputException(
        "The setting '%s' of the method %s must be %s, not '%s'.".formatted(name, method, expected, values.get(name)));
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9 ? Long.toString((long) value) : Double.toString(value);
  }
}
