package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.ui.i18n.Messages;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What accuracy is drawn against. */
public enum CostAxis {
  /** Size of the weights, bytes. */
  SIZE("size", point -> OptionalDouble.of((double) point.bytes())),
  /** Time of the exported file in ONNX Runtime, one sample on one thread, in percent of the float model's in the same run. */
  DEPLOYED("deployed", DeploymentLoad.SINGLE),
  /** The same on all threads. */
  DEPLOYED_WIDE("deployedWide", DeploymentLoad.wide(Runtime.getRuntime().availableProcessors())),
  /** The same for a batch on all threads. */
  DEPLOYED_BATCH("deployedBatch", DeploymentLoad.large(Runtime.getRuntime().availableProcessors())),
  /** Milliseconds of the integer runtime. */
  INTEGER("integer", point -> point.latency().integerRuntime()),
  /** Billions of bit operations for one sample. */
  BIT_OPS("bitOps", point -> OptionalDouble.of(point.bitOps() / 1e9)),
  /** Microjoules for one sample by the 45 nm table. */
  ENERGY("energy", TradeoffPoint::microjoules);

  private static final long MEGABYTE = 1_000_000;

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
    this.value = point -> point.latency().deployed(load).stream().mapToDouble(timing -> timing.percentOfFloat().median()).findFirst();
  }

  /** Where {@code point} lies; empty until measured. */
  public OptionalDouble of(TradeoffPoint point) {
    return value.apply(point);
  }

  /** Quartiles of the repeated measurements of {@code point}, in the unit of the axis; empty where there are none. */
  public Optional<DeploymentTiming.Spread> spread(TradeoffPoint point) {
    return load.flatMap(point.latency()::deployed).map(DeploymentTiming::percentOfFloat);
  }

  /** Where the float model lies; empty where it has no such figure. */
  OptionalDouble of(TradeoffData.Reference reference) {
    return this == SIZE
        ? OptionalDouble.of((double) reference.bytes())
        : load.map(_ -> OptionalDouble.of(100)).orElseGet(OptionalDouble::empty);
  }

  /** What the exported file is asked; empty where it is not what is timed. */
  public Optional<DeploymentLoad> load() {
    return load;
  }

  /** Name in the list of axes. */
  String title() {
    return text("tradeoff.latency.");
  }

  /** What a figure along the axis is one of: sizes are in the unit that all other places give them in. */
  double unit(TradeoffData data) {
    return this == SIZE ? isLarge(data) ? 1e6 : 1e3 : 1;
  }

  /** Name and unit along the axis. */
  String label(TradeoffData data) {
    return this == SIZE && !isLarge(data) ? Messages.get("tradeoff.axis.smallSize") : text("tradeoff.axis.");
  }

  /** Name and unit where there is no room for how it was measured. */
  String shortLabel(TradeoffData data) {
    return this == SIZE ? label(data) : text("tradeoff.shortAxis.");
  }

  private static boolean isLarge(TradeoffData data) {
    return data.points().stream().anyMatch(point -> point.bytes() >= MEGABYTE);
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
