package io.bitloupe.report;

import io.bitloupe.model.Model;
import java.time.Instant;
import java.util.List;

/**
 * What a report tells: configurations of one model measured on the same samples, one of them in detail.
 *
 * @param model the model
 * @param data name of the data for people
 * @param calibrationSamples samples that set the ranges
 * @param totalSamples samples in the data
 * @param configurations what was measured, in the order to show it; at least one
 * @param chosen index of the configuration that is shown layer by layer
 * @param environment what computed the figures
 * @param created when
 */
public record Report(
    Model model,
    String data,
    int calibrationSamples,
    int totalSamples,
    List<MeasuredConfig> configurations,
    int chosen,
    Environment environment,
    Instant created) {

  /** Copies the list. */
  public Report {
    configurations = List.copyOf(configurations);
  }

  /** The configuration that is shown layer by layer. */
  public MeasuredConfig chosenConfiguration() {
    return configurations.get(chosen);
  }
}
