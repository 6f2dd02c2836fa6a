package io.bitloupe.ui.export;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.export.ExportRequest;
import io.bitloupe.export.Loss;
import java.nio.file.Path;
import java.util.List;

/** Writes with the export formats of the command line. */
public final class FileExporter implements Exporter {
  private final Engine engine;
  private final String version;

  /** Writes what {@code engine} prepares, in files that name {@code version} as the program's. */
  public FileExporter(Engine engine, String version) {
    this.engine = engine;
    this.version = version;
  }

  @Override
  public List<Loss> export(ExportKind kind, Workbench workbench, QuantConfig config, Path file, Progress progress) {
    Prepared prepared = engine.prepare(workbench, config, progress);
    ResolvedConfig resolved = prepared.resolve(config);
    progress.checkCancelled();
    return kind.format().write(new ExportRequest(prepared.workbench().model(), resolved, version), file);
  }
}
