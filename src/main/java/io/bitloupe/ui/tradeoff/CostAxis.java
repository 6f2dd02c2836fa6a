package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.ui.i18n.Messages;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What accuracy is drawn against. */
public enum CostAxis {
  /** Size of the weights, MB. */
  SIZE("size", point -> OptionalDouble.of(point.bytes() / 1e6)),
  /** Milliseconds of the exported file in ONNX Runtime, one sample on one thread. */
  DEPLOYED("deployed", DeploymentLoad.SINGLE),
  /** Milliseconds of the exported file in ONNX Runtime, one sample on all threads. */
  DEPLOYED_WIDE("deployedWide", DeploymentLoad.wide(Runtime.getRuntime().availableProcessors())),
  /** Milliseconds for one sample of the exported file in ONNX Runtime, a batch on all threads. */
  DEPLOYED_BATCH("deployedBatch", DeploymentLoad.large(Runtime.getRuntime().availableProcessors())),
  /** Milliseconds of the integer runtime. */
  INTEGER("integer", point -> point.latency().integerRuntime()),
  /** Billions of bit operations for one sample. */
  BIT_OPS("bitOps", point -> OptionalDouble.of(point.bitOps() / 1e9)),
  /** Microjoules for one sample by the 45 nm table. */
  ENERGY("energy", TradeoffPoint::microjoules);

  private final String key;
  private final Optional<DeploymentLoad> load;
  private final Function<TradeoffPoint, OptionalDouble> value;

  CostAxis(String key, Function<TradeoffPoint, OptionalDouble> value) {
    this.key = key;
    this.load = Optional.empty();
    this.value = value;
  }

  CostAxis(String key, DeploymentLoad load) {
    this.key = key;
    this.load = Optional.of(load);
    this.value = point -> point.latency().deployed(load).stream().mapToDouble(timing -> timing.qdq().median()).findFirst();
  }

  /** Where {@code point} lies; empty until measured. */
  public OptionalDouble of(TradeoffPoint point) {
    return value.apply(point);
  }

  /** Quartiles of the repeated measurements of {@code point}, in the unit of the axis; empty where there are none. */
  public Optional<DeploymentTiming.Spread> spread(TradeoffPoint point) {
    return load.flatMap(point.latency()::deployed).map(DeploymentTiming::qdq);
  }

  /** Where the float model lies; empty where it has no such figure or none was measured. */
  OptionalDouble of(TradeoffData.Reference reference) {
    return this == SIZE
        ? OptionalDouble.of(reference.bytes() / 1e6)
        : load.map(reference::milliseconds).orElseGet(OptionalDouble::empty);
  }

  /** What the exported file is asked; empty where it is not what is timed. */
  public Optional<DeploymentLoad> load() {
    return load;
  }

  /** Name in the list of axes. */
  String title() {
    return text("tradeoff.latency.");
  }

  /** Name and unit along the axis. */
  String label() {
    return text("tradeoff.axis.");
  }

  /** Title of a picture of the chart. */
  String pictureTitle() {
    return text("tradeoff.picture.");
  }

  private String text(String prefix) {
    DeploymentLoad shown = load.orElse(DeploymentLoad.SINGLE);
    return Messages.get(prefix + key, shown.batch(), shown.threads());
  }
}
