package io.bitloupe.ui.methods;

import io.bitloupe.method.Effect;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a recipe changes, a line for each quantity: its typical factor over all layers. */
final class EffectSummary {

  private EffectSummary() {}

  /** For instance {@code relative output error × 0.38}; empty without effects. */
  static String of(List<Effect> effects) {
    Map<Effect.Quantity, List<Effect>> byQuantity = new LinkedHashMap<>();
    effects.stream()
        .filter(effect -> effect.before() > 0 && effect.after() > 0)
        .collect(Collectors.groupingBy(Effect::quantity, LinkedHashMap::new, Collectors.toList()))
        .forEach(byQuantity::put);
    return byQuantity.entrySet().stream()
        .map(entry -> Messages.get("methods.effect", title(entry.getKey()), Figures.significant(factor(entry.getValue()))))
        .collect(Collectors.joining("\n"));
  }

  /** The quantity for people. */
  static String title(Effect.Quantity quantity) {
    return Messages.get("methods.quantity." + quantity.name());
  }

  /** Geometric mean of after over before. */
  static double factor(List<Effect> effects) {
    return Math.exp(effects.stream().mapToDouble(effect -> Math.log(effect.after() / effect.before())).average().orElse(0));
  }
}
