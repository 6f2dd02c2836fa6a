package io.bitloupe.exec;

/** Invented times, to look at how they are told. */
public final class Timings {

  private Timings() {}

  /** Medians in milliseconds, the middle half from 10 % less to 20 % more. */
  public static DeploymentTiming of(DeploymentLoad load, double exported, double inFloat) {
    return new DeploymentTiming(load, 40, spread(exported), spread(inFloat));
  }

  private static DeploymentTiming.Spread spread(double median) {
    return new DeploymentTiming.Spread(0.9 * median, median, 1.2 * median);
  }
}
