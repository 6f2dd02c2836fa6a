package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
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
 * @param base the configuration that the widths were tried in; empty where none was
 * @param rows entries by layer or activation and width, in the order of the model
 */
public record SensitivityGrid(List<Integer> widths, Optional<QuantConfig> base, Map<String, Map<Integer, Entry>> rows) {
  /**
   * What is known of one width.
   *
   * @param loss how far the model's answers are from float's, in nats, or how much further than before: negative where they come closer
   * @param measured whether it is measured; an estimate otherwise
   */
  public record Entry(double loss, boolean measured) {}

  /** Copies the collections. */
  public SensitivityGrid {
    widths = List.copyOf(widths);
    Map<String, Map<Integer, Entry>> copy = new LinkedHashMap<>();
    rows.forEach((layer, losses) -> copy.put(layer, Map.copyOf(losses)));
    rows = Collections.unmodifiableMap(copy);
  }

  /** Nothing known. */
  static SensitivityGrid empty(List<Integer> widths) {
    return new SensitivityGrid(widths, Optional.empty(), Map.of());
  }

  /** Nothing known yet of {@code widths} in {@code base}. */
  static SensitivityGrid around(QuantConfig base, List<Integer> widths) {
    return new SensitivityGrid(widths, Optional.of(base), Map.of());
  }

  /** Whether it shows what holds for another configuration than {@code config}. */
  boolean isStale(QuantConfig config) {
    return !rows.isEmpty() && !base.equals(Optional.of(config));
  }

  /** This grid with one more entry. */
  SensitivityGrid with(String layer, int bits, Entry entry) {
    Map<String, Map<Integer, Entry>> more = new LinkedHashMap<>();
    rows.forEach((name, losses) -> more.put(name, new LinkedHashMap<>(losses)));
    more.computeIfAbsent(layer, _ -> new LinkedHashMap<>()).put(bits, entry);
    return new SensitivityGrid(widths, base, more);
  }

  /** Names of the layers. */
  List<String> layers() {
    return new ArrayList<>(rows.keySet());
  }

  /** What is known of {@code layer} at {@code bits}. */
  Optional<Entry> entry(String layer, int bits) {
    return Optional.ofNullable(rows.getOrDefault(layer, Map.of()).get(bits));
  }
}
