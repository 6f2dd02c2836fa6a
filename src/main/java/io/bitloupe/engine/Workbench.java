package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.QuantConfig.CalibrationReference;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.model.Model;
import io.bitloupe.quant.calibrate.Calibration;
import java.util.List;

/**
 * A model with its data, calibrated: what experiments run on.
 *
 * @param model the model
 * @param data calibration, tuning and report parts
 * @param calibration what the float model did on the calibration part
 * @param classNames names of the classes by output index; empty when unknown
 */
public record Workbench(Model model, DataSplit data, Calibration calibration, List<String> classNames) {
  /** Copies the list. */
  public Workbench {
    classNames = List.copyOf(classNames);
  }

  /** The same model on other data. */
  Workbench on(DataSplit other, Calibration calibrated) {
    return new Workbench(model, other, calibrated, classNames);
  }

  /**
   * {@code config} with all its scales. It remembers the samples here that set them, or those that set the scales it came with.
   *
   * @throws io.bitloupe.model.InvalidInputException when it does not fit the model; see {@link ConfigResolver#resolve(QuantConfig)}
   */
  public ResolvedConfig resolve(QuantConfig config) {
    return ConfigResolver.resolve(remembering(config), model, calibration);
  }

  /** {@code config} with the samples here as those that set its scales, unless it came with some. */
  QuantConfig remembering(QuantConfig config) {
    CalibrationReference here = new CalibrationReference(data.calibration().name(), calibration.samples());
    return config.hasScales() ? config : config.calibratedOn(here);
  }
}
