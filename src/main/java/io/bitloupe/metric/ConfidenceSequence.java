package io.bitloupe.metric;

/**
 * Intervals for a mean that hold at all times at once, so that one may look after every sample and stop when one has seen enough:
 * the predictable plug-in empirical-Bernstein sequence of Waudby-Smith and Ramdas (Estimating means of bounded random variables by
 * betting, JRSS B 2024, theorem 2), intersected with itself. Observations lie in [-1, 1]; 95 %. Not thread-safe.
 */
public final class ConfidenceSequence {

  private static final double ALPHA = 0.05;
  private static final double LARGEST_BET = 0.5;

  private final double logTerm = Math.log(2 / ALPHA);
  private int samples;
  private double sum;
  private double squares;
  private double bets;
  private double weighted;
  private double spread;
  private double low = -1;
  private double high = 1;

  /** Adds an observation of [-1, 1]. */
  public void add(double observation) {
    if (!(observation >= -1 && observation <= 1)) {
      throw new IllegalArgumentException("an observation of " + observation);
    }
    // In units of [0, 1], as the theorem has it. The bet depends on earlier observations only.
    double x = (observation + 1) / 2;
    double meanBefore = (0.5 + sum) / (samples + 1);
    double varianceBefore = (0.25 + squares) / (samples + 1);
    samples++;
    double bet = Math.min(LARGEST_BET, Math.sqrt(2 * logTerm / (varianceBefore * samples * Math.log(1 + samples))));
    bets += bet;
    weighted += bet * x;
    spread += 4 * (x - meanBefore) * (x - meanBefore) * (-Math.log(1 - bet) - bet) / 4;
    sum += x;
    double mean = (0.5 + sum) / (samples + 1);
    squares += (x - mean) * (x - mean);
    double center = weighted / bets;
    double radius = (logTerm + spread) / bets;
    low = Math.max(low, 2 * (center - radius) - 1);
    high = Math.min(high, 2 * (center + radius) - 1);
  }

  /** Number of observations. */
  public int samples() {
    return samples;
  }

  /** What holds the mean now and, with 95 %, held it at all times. */
  public Interval interval() {
    return new Interval(low, high);
  }
}
