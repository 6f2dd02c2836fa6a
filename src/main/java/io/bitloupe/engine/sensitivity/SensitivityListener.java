package io.bitloupe.engine.sensitivity;

import io.bitloupe.engine.Response;

/** Hears of a table of sensitivities while it fills, on the thread that fills it. */
@FunctionalInterface
public interface SensitivityListener {

  /**
   * The answers that all entries are compared with are known; said once, before any entry.
   *
   * @param reference those of the float model
   * @param base those of the configuration that is not changed
   */
  default void onBase(Response reference, Response base) {}

  /** An entry has an estimate, or its measurement. */
  void onRow(SensitivityRow row);
}
