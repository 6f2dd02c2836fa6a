package io.bitloupe.cli;

import io.bitloupe.export.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists what a format cannot hold: each reason once, with the layers and tensors that it is about. */
final class LossText {

  private LossText() {}

  static void print(Console console, String title, List<Loss> losses) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    losses.forEach(loss -> byReason.computeIfAbsent(loss.reason(), _ -> new ArrayList<>()).add(loss.subject()));
    byReason.forEach((reason, subjects) -> console.println("%s: %s (%s)", title, reason, String.join(", ", subjects)));
  }
}
