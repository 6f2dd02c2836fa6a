package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Response;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A configuration that the search measured.
 *
 * @param config the configuration
 * @param bits width of each chosen weight, in the order of the layers
 * @param weightBytes bytes of weights, scales, zero-points and biases
 * @param milliseconds estimated latency; empty where no hardware was named
 * @param surrogate sum of the losses that the layers have alone
 * @param tuning how it answered the tuning samples
 */
public record MeasuredPoint(
    QuantConfig config, List<Integer> bits, long weightBytes, OptionalDouble milliseconds, double surrogate, Response tuning) {
  /** Copies the list. */
  public MeasuredPoint {
    bits = List.copyOf(bits);
  }
}
