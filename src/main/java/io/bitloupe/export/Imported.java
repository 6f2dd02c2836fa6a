package io.bitloupe.export;

import io.bitloupe.config.QuantConfig;
import java.util.List;

/**
 * What a file of another tool says, as a configuration.
 *
 * @param config the configuration
 * @param losses what of the file it does not hold
 */
public record Imported(QuantConfig config, List<Loss> losses) {
  /** Copies the list. */
  public Imported {
    losses = List.copyOf(losses);
  }
}
