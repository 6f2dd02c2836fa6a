package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Response;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A configuration that the search measured.
 *
 * @param config the configuration
 * @param bits width of all weights that were chosen for, in the order of the layers, then of all such activations
 * @param spending what it costs
 * @param surrogate sum of the losses that the layers have alone
 * @param tuning how it answered the tuning samples
 */
public record MeasuredPoint(QuantConfig config, List<Integer> bits, Spending spending, double surrogate, Response tuning) {

  /** Copies the list. */
  public MeasuredPoint {
    bits = List.copyOf(bits);
  }

  /** Bytes of weights, scales, zero-points and biases. */
  public long weightBytes() {
    return spending.weightBytes();
  }

  /** The same with {@code change} applied to its configuration. */
  MeasuredPoint withConfig(UnaryOperator<QuantConfig> change) {
    return new MeasuredPoint(change.apply(config), bits, spending, surrogate, tuning);
  }
}
