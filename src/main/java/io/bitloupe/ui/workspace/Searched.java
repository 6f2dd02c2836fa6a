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

  /** This with one more configuration. */
  public Searched with(Candidate candidate) {
    List<Candidate> more = new java.util.ArrayList<>(candidates);
    more.add(candidate);
    return new Searched(losses, more);
  }
}
