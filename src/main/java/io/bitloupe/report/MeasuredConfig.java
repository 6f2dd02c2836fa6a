package io.bitloupe.report;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;

/**
 * A row of a report.
 *
 * @param name what a person calls the configuration
 * @param config the configuration
 * @param evaluation what was measured of it
 */
public record MeasuredConfig(String name, QuantConfig config, Evaluation evaluation) {}
