package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.Progress;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.calibrate.ErrorSplit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The way from files to measured configurations. Every method but {@link #runner} blocks; call them off the FX thread. What the
 * user gave and cannot be used is an {@link io.bitloupe.model.InvalidInputException} with one sentence.
 */
public interface Engine {

  /** Reads, upgrades and folds the ONNX file {@code file}. */
  Model loadModel(Path file);

  /**
   * Opens {@code data} for {@code model}, with the preprocessing file beside the model, and splits it.
   *
   * @param calibrationSamples samples for calibration; of a small data set half at most
   */
  DataSplit openData(Path data, Model model, int calibrationSamples);

  /** Runs the float model on the calibration part. */
  Workbench calibrate(Model model, DataSplit data, Progress progress);

  /**
   * The exact error that one scale and zero-point make on the activation {@code tensor}, on all values that it has on the calibration
   * part: the float model runs once more for it.
   *
   * @param tensor an activation that calibration has seen
   */
  ErrorSplit activationError(Workbench workbench, String tensor, Affine affine, IntegerFormat format, Progress progress);

  /**
   * Applies the recipe of {@code config} to {@code workbench}, which comes back as it is where there is none. What was prepared last,
   * here or by a runner, is not prepared again.
   */
  Prepared prepare(Workbench workbench, QuantConfig config, Progress progress);

  /**
   * Times the exported file of {@code config} in ONNX Runtime, in turns with the float model, and keeps the times with what was
   * measured of that configuration. Loads with more samples than one run of it can take are left out.
   *
   * @param budget how long to go on for each load
   */
  List<DeploymentTiming> time(
      Workbench workbench, QuantConfig config, List<DeploymentLoad> loads, Duration budget, Progress progress);

  /** A runner of experiments on {@code workbench}, with threads of its own; close it when the model or the data changes. */
  ExperimentRunner runner(Workbench workbench);

  /** What was answered sample by sample when {@code evaluation} was measured; empty when that was not kept. */
  default Optional<Outcomes> outcomes(Evaluation evaluation) {
    return Optional.empty();
  }
}
