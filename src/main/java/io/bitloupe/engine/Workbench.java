package io.bitloupe.engine;

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
}
