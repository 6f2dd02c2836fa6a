package io.bitloupe.method;

import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.format.FloatZero;
import java.util.List;
import java.util.stream.Collectors;

/** The methods that a recipe may name. */
public final class Methods {

  private static final List<Method> ALL =
      List.of(
          new Equalization(),
          new BiasAbsorption(),
          new SmoothQuant(),
          new Awq(),
          new Rotation(),
          new OutlierSplitting(),
          new OutlierDecomposition(),
          new PerToken(),
          new RangeSearch(),
          new AdaRound(),
          new AdaQuant(),
          new Gptq(),
          new StochasticRounding(),
          new FormatChange("hqq", FloatZero.Fit.HALF_QUADRATIC),
          new FormatChange("weight-correction", FloatZero.Fit.MOMENTS),
          new CentroidTuning(),
          new BiasCorrection());

  private Methods() {}

  /** All of them, in the order in which a recipe would use them. */
  public static List<Method> all() {
    return ALL;
  }

  /**
   * The method of {@code step}, its settings checked by name.
   *
   * @throws InvalidInputException when there is no such method or no such setting
   */
  public static Method of(RecipeStep step) {
    Method found =
        ALL.stream()
            .filter(method -> method.id().equals(step.method()))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "There is no method '%s'; use %s.".formatted(
                            step.method(), ALL.stream().map(Method::id).collect(Collectors.joining(", ")))));
    for (String name : step.settings().keySet()) {
      if (!found.settings().contains(name) && !name.equals(Settings.LAYERS)) {
        throw new InvalidInputException(
            found.settings().isEmpty()
                ? "The method %s has no setting '%s'; it has none.".formatted(found.id(), name)
                : "The method %s has no setting '%s'; it has %s."
                    .formatted(found.id(), name, found.settings().stream().sorted().collect(Collectors.joining(", "))));
      }
    }
    return found;
  }

  /** Checks every step of {@code recipe}; see {@link #of}. */
  public static void check(List<RecipeStep> recipe) {
    recipe.forEach(Methods::of);
  }

  /** Whether what {@code recipe} does depends on the choices for activations. */
  public static boolean readActivations(List<RecipeStep> recipe) {
    return recipe.stream().anyMatch(step -> of(step).readsActivations());
  }

  /** Whether a step of {@code recipe} looks at calibration samples. */
  public static boolean needData(List<RecipeStep> recipe) {
    return recipe.stream().anyMatch(step -> of(step).needsData(Settings.of(step)));
  }
}
