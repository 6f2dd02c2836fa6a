package io.bitloupe.ui.workspace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the weights of layers lose alone at some widths, as far as it was measured.
 *
 * @param losses by the layer's name and bits: how much further the model's answers are from float, in nats
 */
public record Sensitivities(Map<String, Map<Integer, Double>> losses) {
  /** Nothing measured. */
  public static final Sensitivities NONE = new Sensitivities(Map.of());

  private static final double LEAST = 1e-4;
  private static final double LEVELS_PER_DECADE = 1.4;

  /** Copies the maps. */
  public Sensitivities {
    Map<String, Map<Integer, Double>> copy = new LinkedHashMap<>();
    losses.forEach((layer, byBits) -> copy.put(layer, Map.copyOf(byBits)));
    losses = Map.copyOf(copy);
  }

  /** The loss of {@code layer} at {@code bits}; empty where it was not measured. */
  public OptionalDouble of(String layer, int bits) {
    Double loss = losses.getOrDefault(layer, Map.of()).get(bits);
    return loss == null ? OptionalDouble.empty() : OptionalDouble.of(loss);
  }

  /** Whether nothing was measured. */
  public boolean isEmpty() {
    return losses.isEmpty();
  }

  /** 0 for harmless to 6 for harmful: a level for each factor of about 5 from 0.0001 nats on. */
  public static int level(double loss) {
    return loss <= LEAST ? 0 : Math.clamp(1 + (long) (Math.log10(loss / LEAST) * LEVELS_PER_DECADE), 1, 6);
  }

  /** Where {@code level} begins, in nats. */
  public static double from(int level) {
    return level <= 1 ? (level <= 0 ? 0 : LEAST) : LEAST * Math.pow(10, (level - 1) / LEVELS_PER_DECADE);
  }
}
