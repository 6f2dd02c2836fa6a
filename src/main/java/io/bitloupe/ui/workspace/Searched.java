package io.bitloupe.ui.workspace;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.metric.Interval;
import io.bitloupe.ui.chart.Ink;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a search has found out so far, for the views beside its own.
 *
 * @param losses what the model's output diverges more, in nats, when a layer alone has few bits, by the layer's name; negative where
 *     it comes closer to float's
 * @param base the configuration in which one layer after the other got few bits; empty where there are no losses
 * @param candidates configurations that it measured
 */
public record Searched(Map<String, Double> losses, Optional<QuantConfig> base, List<Candidate> candidates) {

  /** The width whose loss is shown beside a layer: the first at which most layers differ. */
  public static final int BITS = 4;

  private static final double LEAST = 1e-4;

  /**
   * What a gain is at least, in nats: losses of 6-bit layers of mobilenetv2-mini on two sets of 250 samples differ by 0.0007 in the
   * median, so that most smaller ones are gains on one of them only.
   */
  private static final double LEAST_GAIN = 2e-3;

  /** Where the levels above 0 begin, in nats: round limits, each four or five times the one before. */
  private static final double[] LIMITS = {LEAST, 5e-4, 2e-3, 1e-2, 5e-2, 2e-1};

  /** Nothing. */
  public static final Searched NOTHING = new Searched(Map.of(), Optional.empty(), List.of());

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

  /** Whether losses are shown that hold for another configuration than {@code config}. */
  public boolean isStale(QuantConfig config) {
    return !losses.isEmpty() && !base.equals(Optional.of(config));
  }

  /** This with one more loss. */
  public Searched with(String layer, double loss) {
    Map<String, Double> more = new LinkedHashMap<>(losses);
    more.put(layer, loss);
    return new Searched(more, base, candidates);
  }

  /** This with other losses, around {@code otherBase}. */
  public Searched withLosses(QuantConfig otherBase, Map<String, Double> others) {
    return new Searched(others, Optional.of(otherBase), candidates);
  }

  /** This with one more configuration. */
  public Searched with(Candidate candidate) {
    List<Candidate> more = new ArrayList<>(candidates);
    more.add(candidate);
    return new Searched(losses, base, more);
  }

  /** How harmful a loss is, 0 to 6: a level for each factor of four or five from 0.0001 nats on. */
  public static int level(double loss) {
    int level = 0;
    while (level < LIMITS.length && loss > LIMITS[level]) {
      level++;
    }
    return level;
  }

  /** The colour of a loss: its heat, or that of a gain. */
  public static Ink ink(double loss) {
    return isGain(loss) ? Ink.GAIN : Ink.heat(level(loss));
  }

  /** Whether the model's output clearly came closer to float's. */
  public static boolean isGain(double loss) {
    return loss < -LEAST_GAIN;
  }

  /** Where gains begin, in nats: a negative number. */
  static double gainsFrom() {
    return -LEAST_GAIN;
  }

  /** Where {@code level} begins, in nats. */
  public static double from(int level) {
    return level <= 0 ? 0 : LIMITS[level - 1];
  }
}
