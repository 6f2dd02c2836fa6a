package io.bitloupe.ui.undo;

import io.bitloupe.config.QuantConfig;
import java.util.function.UnaryOperator;

/**
 * A change of the configuration as a command. The history keeps what it led to, so it needs no inverse.
 *
 * @param description what it does, for people
 * @param edit from the configuration before to the one after
 */
public record ConfigChange(String description, UnaryOperator<QuantConfig> edit) {

  /** Both changes, {@code next} after this one, under this one's description. */
  public ConfigChange then(ConfigChange next) {
    return new ConfigChange(description, config -> next.edit().apply(edit.apply(config)));
  }
}
