package io.bitloupe.cli;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.QuantConfig.CalibrationReference;
import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The way from the options of a command to a calibrated model. */
final class Setup {

  private Setup() {}

  /** Runs the float model over the calibration part of {@code data}. */
  static Workbench calibrate(Console console, LocalEngine engine, Model model, DataSplit data) {
    data.report().notes().forEach(console::warn);
    warnOfSkipped(console, data);
    try (ConsoleProgress progress = console.progress("calibrating")) {
      return engine.calibrate(model, data, progress);
    }
  }

  /** Opens {@code data} for {@code model} and calibrates on it; on the samples of {@code earlier} ranges where it is they. */
  static Workbench open(
      Console console,
      LocalEngine engine,
      Model model,
      Path data,
      DataOptions options,
      Optional<CalibrationReference> earlier) {
    return calibrate(console, engine, model, options.open(console, data, model, earlier));
  }

  /** Applies the recipe of {@code config}. */
  static Prepared prepare(Console console, LocalEngine engine, Workbench workbench, QuantConfig config) {
    if (config.recipe().isEmpty()) {
      return engine.prepare(workbench, config, Progress.NONE);
    }
    try (ConsoleProgress progress = console.progress("applying the recipe")) {
      return engine.prepare(workbench, config, progress);
    }
  }

  /** The base of a sweep around {@code config}, with its recipe applied. */
  static SweepBase sweepBase(Console console, LocalEngine engine, Workbench workbench, QuantConfig config) {
    return new SweepBase(workbench, prepare(console, engine, workbench, config), config);
  }

  private static void warnOfSkipped(Console console, DataSplit data) {
    List<String> skipped = data.report().skipped();
    if (!skipped.isEmpty()) {
      console.warn(
          skipped.size() == 1
              ? skipped.getFirst()
              : "%d samples were left out; %s".formatted(skipped.size(), skipped.getFirst()));
    }
  }
}
