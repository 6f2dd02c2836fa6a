package io.bitloupe.ui.export;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import java.nio.file.Path;

/** Writes what the window exports. Blocks; called off the FX thread. */
@FunctionalInterface
public interface Exporter {
  /**
   * Writes {@code config} for the model of {@code workbench}.
   *
   * @throws io.bitloupe.model.InvalidInputException in one sentence, when it cannot be written
   */
  void export(ExportKind kind, Workbench workbench, QuantConfig config, Path file, Progress progress);
}
