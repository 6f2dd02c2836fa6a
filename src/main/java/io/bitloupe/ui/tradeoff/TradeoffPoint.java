package io.bitloupe.ui.tradeoff;

import io.bitloupe.engine.Latency;
import io.bitloupe.metric.Interval;
import java.util.OptionalDouble;

/**
 * A measured configuration on the charts.
 *
 * @param step number of the history step
 * @param description what the step is called
 * @param value top-1, or agreement with the float model where there are no labels; 0 to 1
 * @param interval 95 % interval of {@code value}
 * @param samples samples so far
 * @param totalSamples samples in the end
 * @param bytes size of the weights
 * @param bitOps sum over layers of MACs times weight bits times activation bits, for one sample
 * @param latency measured times
 * @param microjoules energy for one sample by the 45 nm table; empty where layers are not known
 * @param status how the point is drawn
 * @param running whether it is being measured
 */
public record TradeoffPoint(
    int step,
    String description,
    double value,
    Interval interval,
    int samples,
    int totalSamples,
    long bytes,
    long bitOps,
    Latency latency,
    OptionalDouble microjoules,
    Status status,
    boolean running) {
  /** How a point is drawn. */
  public enum Status {
    CURRENT,
    MEASURED,
    PARTIAL
  }

  /** Whether the engine is done with it. */
  public boolean isComplete() {
    return samples == totalSamples;
  }
}
