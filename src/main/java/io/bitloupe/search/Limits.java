package io.bitloupe.search;

import io.bitloupe.cost.LatencyModel;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a configuration may cost and must reach; any of them may be absent.
 *
 * @param weightBytes bytes of weights, scales, zero-points and biases
 * @param milliseconds latency for one sample on {@code hardware}
 * @param bitOps MACs times weight bits times activation bits, for one sample
 * @param microjoules energy for one sample by the 45 nm table
 * @param top1 least share of correct samples of the tuning part (of agreement with float without labels)
 * @param hardware what latency is estimated for
 */
public record Limits(
    OptionalLong weightBytes,
    OptionalDouble milliseconds,
    OptionalLong bitOps,
    OptionalDouble microjoules,
    OptionalDouble top1,
    Optional<LatencyModel> hardware) {

  /** No limit at all. */
  public static final Limits NONE =
      new Limits(
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  /** Nothing but a size. */
  public static Limits ofSize(long bytes) {
    return new Limits(OptionalLong.of(bytes), NONE.milliseconds, NONE.bitOps, NONE.microjoules, NONE.top1, NONE.hardware);
  }

  /** Nothing but a least accuracy. */
  public static Limits ofTop1(double share) {
    return NONE.withTop1(share);
  }

  /** These with another least accuracy. */
  public Limits withTop1(double share) {
    return new Limits(weightBytes, milliseconds, bitOps, microjoules, OptionalDouble.of(share), hardware);
  }

  /** These with latency on other hardware. */
  public Limits on(LatencyModel other) {
    return new Limits(weightBytes, milliseconds, bitOps, microjoules, top1, Optional.of(other));
  }
}
