package io.bitloupe.ui.tradeoff;

import java.util.OptionalDouble;
import java.util.function.Function;

/** What accuracy is drawn against. */
public enum CostAxis {
  /** Size of the weights, MB. */
  SIZE("size", point -> OptionalDouble.of(point.bytes() / 1e6)),
  /** Milliseconds of the exported file in ONNX Runtime. */
  DEPLOYED("deployed", TradeoffPoint::deployedMs),
  /** Milliseconds of the integer runtime. */
  INTEGER("integer", TradeoffPoint::integerMs),
  /** Billions of bit operations for one sample. */
  BIT_OPS("bitOps", point -> OptionalDouble.of(point.bitOps() / 1e9)),
  /** Microjoules for one sample by the 45 nm table. */
  ENERGY("energy", TradeoffPoint::microjoules);

  private final String key;
  private final Function<TradeoffPoint, OptionalDouble> value;

  CostAxis(String key, Function<TradeoffPoint, OptionalDouble> value) {
    this.key = key;
    this.value = value;
  }

  /** Where {@code point} lies; empty until measured. */
  public OptionalDouble of(TradeoffPoint point) {
    return value.apply(point);
  }

  /** Message key of its name. */
  public String key() {
    return key;
  }
}
