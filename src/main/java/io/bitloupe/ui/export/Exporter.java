package io.bitloupe.ui.export;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.export.Loss;
import java.nio.file.Path;
import java.util.List;

/** Writes what the window exports. Blocks; called off the FX thread. */
@FunctionalInterface
public interface Exporter {
  /**
   * Writes {@code config} for the model of {@code workbench}.
   *
   * @return what of the configuration the file does not hold
   * @throws io.bitloupe.model.InvalidInputException in one sentence, when it cannot be written
   */
  List<Loss> export(ExportKind kind, Workbench workbench, QuantConfig config, Path file, Progress progress);
}
