package io.bitloupe.engine.sensitivity;

import io.bitloupe.engine.Response;
import java.util.Optional;

/**
 * What is known of one entry of the table so far.
 *
 * @param cell the entry
 * @param proxies estimates; empty until they are there
 * @param measured the measurement that takes their place; empty until it is there
 */
public record SensitivityRow(Cell cell, Optional<Proxies> proxies, Optional<Response> measured) {

  /** An entry of which nothing is known. */
  public static SensitivityRow unknown(Cell cell) {
    return new SensitivityRow(cell, Optional.empty(), Optional.empty());
  }

  /** This entry with estimates. */
  public SensitivityRow with(Proxies found) {
    return new SensitivityRow(cell, Optional.of(found), measured);
  }

  /** This entry with its measurement. */
  public SensitivityRow with(Response response) {
    return new SensitivityRow(cell, proxies, Optional.of(response));
  }
}
