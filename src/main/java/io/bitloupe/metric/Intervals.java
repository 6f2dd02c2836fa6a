package io.bitloupe.metric;

/** Confidence intervals for shares. All hold with 95 % unless another z is given. */
public final class Intervals {

  /** Two-sided 95 % quantile of the standard normal distribution. */
  public static final double Z95 = 1.959963984540054;

  private Intervals() {}

  /** The 95 % interval of a share. */
  public static Interval wilson(long successes, long trials) {
    return wilson(successes, trials, Z95);
  }

  /**
   * The score interval of a binomial share (Wilson, Probable inference, JASA 1927).
   *
   * @param trials when 0, the interval is [0, 1]
   */
  public static Interval wilson(long successes, long trials, double z) {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException(successes + " of " + trials);
    }
    if (trials == 0) {
      return new Interval(0, 1);
    }
    double n = trials;
    double share = successes / n;
    double center = share + z * z / (2 * n);
    double spread = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    double scale = 1 + z * z / n;
    double low = successes == 0 ? 0 : (center - spread) / scale;
    double high = successes == trials ? 1 : (center + spread) / scale;
    return new Interval(Math.max(0, low), Math.min(1, high));
  }

  /** The 95 % interval of a paired difference. */
  public static Interval pairedDifference(long gained, long lost, long pairs) {
    return pairedDifference(gained, lost, pairs, Z95);
  }

  /**
   * The score interval of the difference of two shares on the same samples (Tango, Equivalence test and confidence interval for
   * the difference in proportions for the paired-sample design, Statistics in Medicine 1998): all differences that a score test
   * does not reject. It keeps its coverage with few flips; without any it is about z^2 / n to either side.
   *
   * @param gained samples that the second has and the first has not
   * @param lost samples that the first has and the second has not
   * @param pairs number of samples; when 0, the interval is [-1, 1]
   * @return of (gained - lost) / pairs
   */
  public static Interval pairedDifference(long gained, long lost, long pairs, double z) {
    if (gained < 0 || lost < 0 || gained + lost > pairs) {
      throw new IllegalArgumentException(gained + " and " + lost + " of " + pairs);
    }
    if (pairs == 0) {
      return new Interval(-1, 1);
    }
    double difference = (double) (gained - lost) / pairs;
    double low = solve(gained, lost, pairs, z, -1, difference);
    double high = solve(gained, lost, pairs, -z, difference, 1);
    return new Interval(low, high);
  }

  /** Where the score, which falls with the difference, passes {@code target}. */
  private static double solve(long gained, long lost, long pairs, double target, double low, double high) {
    double from = low;
    double to = high;
    for (int iteration = 0; iteration < 60; iteration++) {
      double middle = (from + to) / 2;
      if (score(gained, lost, pairs, middle) > target) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return (from + to) / 2;
  }

  private static double score(long gained, long lost, long pairs, double delta) {
    double a = 2.0 * pairs;
    double b = -gained - lost + (2.0 * pairs - gained + lost) * delta;
    double c = -lost * delta * (1 - delta);
    double restricted = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
    double variance = pairs * (2 * restricted + delta * (1 - delta));
    double numerator = gained - lost - pairs * delta;
    if (variance <= 0) {
      return numerator == 0 ? 0 : numerator > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    return numerator / Math.sqrt(variance);
  }
}
