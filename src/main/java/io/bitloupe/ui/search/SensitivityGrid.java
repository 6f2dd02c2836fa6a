package io.bitloupe.ui.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of layers at widths so far.
 *
 * @param widths columns, the widest first
 * @param rows losses by layer and width, in the order of the layers
 */
public record SensitivityGrid(List<Integer> widths, Map<String, Map<Integer, Double>> rows) {
  /** Copies the collections. */
  public SensitivityGrid {
    widths = List.copyOf(widths);
    Map<String, Map<Integer, Double>> copy = new LinkedHashMap<>();
    rows.forEach((layer, losses) -> copy.put(layer, Map.copyOf(losses)));
    rows = Collections.unmodifiableMap(copy);
  }

  /** Nothing known. */
  static SensitivityGrid empty(List<Integer> widths) {
    return new SensitivityGrid(widths, Map.of());
  }

  /** This grid with one more entry. */
  SensitivityGrid with(String layer, int bits, double loss) {
    Map<String, Map<Integer, Double>> more = new LinkedHashMap<>();
    rows.forEach((name, losses) -> more.put(name, new LinkedHashMap<>(losses)));
    more.computeIfAbsent(layer, _ -> new LinkedHashMap<>()).put(bits, loss);
    return new SensitivityGrid(widths, more);
  }

  /** Names of the layers. */
  List<String> layers() {
    return new ArrayList<>(rows.keySet());
  }

  /** What {@code layer} loses at {@code bits}. */
  Optional<Double> loss(String layer, int bits) {
    return Optional.ofNullable(rows.getOrDefault(layer, Map.of()).get(bits));
  }
}
