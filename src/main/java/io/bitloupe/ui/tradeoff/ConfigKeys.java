package io.bitloupe.ui.tradeoff;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.session.HistoryStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells which steps have equal configurations, looking at each configuration once: with many layers that takes its time. */
final class ConfigKeys {
  private final List<QuantConfig> known = new ArrayList<>();
  private final List<Integer> keys = new ArrayList<>();
  private final Map<QuantConfig, Integer> firsts = new HashMap<>();

  /** Learns the steps that are new; those that are not the same as last time make it forget the others. */
  void use(List<HistoryStep> steps) {
    if (steps.size() < known.size() || !startsAsKnown(steps)) {
      known.clear();
      keys.clear();
      firsts.clear();
    }
    for (HistoryStep step : steps.subList(known.size(), steps.size())) {
      known.add(step.config());
      keys.add(firsts.computeIfAbsent(step.config(), _ -> step.number()));
    }
  }

  /** The number of the first step whose configuration step {@code number} has; 0 for no step. */
  int keyOf(int number) {
    return number >= 1 && number <= keys.size() ? keys.get(number - 1) : 0;
  }

  @SuppressWarnings("ReferenceEquality") // A step keeps its configuration as long as it lives.
  private boolean startsAsKnown(List<HistoryStep> steps) {
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i) != steps.get(i).config()) {
        return false;
      }
    }
    return true;
  }
}
