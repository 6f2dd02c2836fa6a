package io.bitloupe.config;

import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.model.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Recipes in one line: {@code equalization,adaround:iterations=500:rate=0.01,bias-correction}. */
public final class RecipeText {

  private RecipeText() {}

  /**
   * Reads the steps between commas; settings follow a method after colons.
   *
   * @throws InvalidInputException when a step has no name or a setting no value
   */
  public static List<RecipeStep> parse(String text) {
    List<RecipeStep> steps = new ArrayList<>();
    if (text.isBlank() || text.strip().equals("none")) {
      return steps;
    }
    for (String step : text.split(",", -1)) {
      String[] parts = step.strip().split(":", -1);
      if (parts[0].isBlank()) {
        throw new InvalidInputException("'%s' is no recipe like 'equalization,adaround:iterations=500'.".formatted(text));
      }
      Map<String, String> settings = new LinkedHashMap<>();
      for (int i = 1; i < parts.length; i++) {
        int equals = parts[i].indexOf('=');
        if (equals < 1 || equals == parts[i].length() - 1) {
          throw new InvalidInputException("'%s' is no setting like 'iterations=500' of %s.".formatted(parts[i], parts[0]));
        }
        settings.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
      }
      steps.add(new RecipeStep(parts[0], settings));
    }
    return steps;
  }

  /** {@code recipe} as {@link #parse} reads it; {@code none} without steps. */
  public static String format(List<RecipeStep> recipe) {
    return recipe.isEmpty() ? "none" : recipe.stream().map(RecipeText::format).collect(Collectors.joining(","));
  }

  private static String format(RecipeStep step) {
    return step.settings().entrySet().stream().map(e -> ":" + e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining("", step.method(), ""));
  }
}
