package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.DatasetSlice;
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
 * Another engine with so few samples to tune and to report on that an answer takes no minutes; for measurements of the window and tests.
 *
 * @param engine does the work
 * @param samples the most of the report part and of the tuning part
 */
public record FewSamples(Engine engine, int samples) implements Engine {
  @Override
  public Model loadModel(Path file) {
    return engine.loadModel(file);
  }

  @Override
  public DataSplit openData(Path data, Model model, int calibrationSamples) {
    DataSplit all = engine.openData(data, model, calibrationSamples);
    Dataset report = new DatasetSlice(all.report(), 0, Math.min(samples, all.report().size()));
    Dataset tuning = new DatasetSlice(all.tuning(), 0, Math.min(samples, all.tuning().size()));
    return new DataSplit(all.calibration(), tuning, report);
  }

  @Override
  public Workbench calibrate(Model model, DataSplit data, Progress progress) {
    return engine.calibrate(model, data, progress);
  }

  @Override
  public ErrorSplit activationError(Workbench workbench, String tensor, Affine affine, IntegerFormat format, Progress progress) {
    return engine.activationError(workbench, tensor, affine, format, progress);
  }

  @Override
  public Prepared prepare(Workbench workbench, QuantConfig config, Progress progress) {
    return engine.prepare(workbench, config, progress);
  }

  @Override
  public List<DeploymentTiming> time(
      Workbench workbench, QuantConfig config, List<DeploymentLoad> loads, Duration budget, Progress progress) {
    return engine.time(workbench, config, loads, budget, progress);
  }

  @Override
  public ExperimentRunner runner(Workbench workbench) {
    return engine.runner(workbench);
  }

  @Override
  public Optional<Outcomes> outcomes(Evaluation evaluation) {
    return engine.outcomes(evaluation);
  }
}
