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

  /** Nothing but a size. */
  public static Limits ofSize(long bytes) {
    return new Limits(
        OptionalLong.of(bytes),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /** Nothing but a least accuracy. */
  public static Limits ofTop1(double share) {
    return new Limits(
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(share),
        Optional.empty());
  }
}
