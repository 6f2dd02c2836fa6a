package io.bitloupe.data;

import io.bitloupe.model.InvalidInputException;

/**
 * The three disjoint parts of a data set, in this order: calibration, tuning (a quarter of what is left: what search and
 * automatic choices may look at) and report (all the rest: what final figures use).
 *
 * @param calibration sets ranges
 * @param tuning guides choices
 * @param report judges them
 */
public record DataSplit(Dataset calibration, Dataset tuning, Dataset report) {

  /** Samples for calibration when nothing else is asked for. */
  public static final int DEFAULT_CALIBRATION_SAMPLES = 256;

  /**
   * Splits {@code data} with {@code calibrationSamples}, or half of a small data set, for calibration.
   *
   * @throws InvalidInputException when fewer than two samples would be left to report on
   */
  public static DataSplit upTo(Dataset data, int calibrationSamples) {
    return of(data, Math.min(calibrationSamples, Math.max(1, data.size() / 2)));
  }

  /**
   * Splits {@code data}.
   *
   * @throws InvalidInputException when fewer than two samples would be left to report on
   */
  public static DataSplit of(Dataset data, int calibrationSamples) {
    int left = data.size() - calibrationSamples;
    if (calibrationSamples < 1 || left < 2) {
      throw new InvalidInputException(
          "%s has %d samples, too few to calibrate on %d of them and to report on the rest"
              .formatted(data.name(), data.size(), calibrationSamples));
    }
    int tuning = left / 4;
    return new DataSplit(
        new DatasetSlice(data, 0, calibrationSamples),
        new DatasetSlice(data, calibrationSamples, tuning),
        new DatasetSlice(data, calibrationSamples + tuning, left - tuning));
  }

  /** Samples of all three parts. */
  public int size() {
    return calibration.size() + tuning.size() + report.size();
  }
}
