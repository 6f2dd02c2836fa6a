package io.bitloupe.ui.workspace;

import io.bitloupe.metric.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a search has found out so far, for the views beside its own.
 *
 * @param losses what the model's output diverges more, in nats, when a layer alone has few bits, by the layer's name
 * @param candidates configurations that it measured
 */
public record Searched(Map<String, Double> losses, List<Candidate> candidates) {

  /** The width whose loss is shown beside a layer: the first at which most layers differ. */
  public static final int BITS = 4;

  private static final double LEAST = 1e-4;
  private static final double LEVELS_PER_DECADE = 1.4;

  /** Nothing. */
  public static final Searched NOTHING = new Searched(Map.of(), List.of());

  /**
   * A configuration that was measured on the tuning part.
   *
   * @param value top-1, or agreement with the float model where there are no labels; 0 to 1
   * @param interval 95 % interval of {@code value}
   * @param bytes size of the weights
   */
  public record Candidate(double value, Interval interval, long bytes) {}

  /** Copies the collections. */
  public Searched {
    losses = Map.copyOf(losses);
    candidates = List.copyOf(candidates);
  }

  /** This with one more loss. */
  public Searched with(String layer, double loss) {
    Map<String, Double> more = new LinkedHashMap<>(losses);
    more.put(layer, loss);
    return new Searched(more, candidates);
  }

  /** This with other losses. */
  public Searched withLosses(Map<String, Double> others) {
    return new Searched(others, candidates);
  }

  /** This with one more configuration. */
  public Searched with(Candidate candidate) {
    List<Candidate> more = new java.util.ArrayList<>(candidates);
    more.add(candidate);
    return new Searched(losses, more);
  }

  /** How harmful a loss is, 0 to 6: a level for each factor of about 5 from 0.0001 nats on. */
  public static int level(double loss) {
    return loss <= LEAST ? 0 : Math.clamp(1 + (long) (Math.log10(loss / LEAST) * LEVELS_PER_DECADE), 1, 6);
  }

  /** Where {@code level} begins, in nats. */
  public static double from(int level) {
    return level <= 0 ? 0 : LEAST * Math.pow(10, (level - 1) / LEVELS_PER_DECADE);
  }
}
