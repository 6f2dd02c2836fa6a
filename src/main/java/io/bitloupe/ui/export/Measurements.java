package io.bitloupe.ui.export;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.OrtSessions;
import io.bitloupe.exec.Processor;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.report.CsvReport;
import io.bitloupe.report.Deployment;
import io.bitloupe.report.Environment;
import io.bitloupe.report.HtmlReport;
import io.bitloupe.report.JsonReport;
import io.bitloupe.report.MeasuredConfig;
import io.bitloupe.report.Report;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the window measured, as a file.
 *
 * @param model the model
 * @param history its steps
 * @param workbench the data; empty while there is none
 */
public record Measurements(Model model, History history, Optional<Workbench> workbench) {

  /**
   * Writes {@code file} as its ending says: a page for {@code .html}, JSON for {@code .json}, else CSV.
   *
   * @throws InvalidInputException for a page, while no configuration is measured to the end
   */
  public void write(Path file, Engine engine, Progress progress) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".html")) {
      HtmlReport.write(report(engine, progress), file);
    } else if (name.endsWith(".json")) {
      JsonReport.write(model.fileName(), rows(false), file);
    } else {
      CsvReport.write(rows(false), file);
    }
  }

  private List<MeasuredConfig> rows(boolean onlyComplete) {
    List<MeasuredConfig> rows = new ArrayList<>();
    for (HistoryStep step : history.steps()) {
      step.measured()
          .filter(measured -> !onlyComplete || measured.isComplete())
          .ifPresent(measured -> rows.add(new MeasuredConfig(step.number() + " " + step.description(), step.config(), measured)));
    }
    return rows;
  }

  /** The page has each configuration once, and the current one in detail, where it is measured. */
  private Report report(Engine engine, Progress progress) {
    List<MeasuredConfig> rows = new ArrayList<>();
    for (MeasuredConfig row : rows(true)) {
      if (rows.stream().noneMatch(other -> other.config().equals(row.config()))) {
        rows.add(row);
      }
    }
    if (rows.isEmpty() || workbench.isEmpty()) {
      throw new InvalidInputException(Messages.get("measurements.none"));
    }
    Optional<QuantConfig> current = history.currentStep().map(HistoryStep::config);
    List<QuantConfig> configs = rows.stream().map(MeasuredConfig::config).toList();
    int chosen = Math.max(0, current.map(configs::indexOf).orElse(0));
    Workbench data = workbench.get();
    return new Report(
        model,
        data.data().report().name(),
        data.calibration().samples(),
        data.data().size(),
        rows,
        chosen,
        Optional.of(deployment(engine, data, configs.get(chosen), progress)),
        Environment.current(OrtSessions.version(), Processor.name(), LocalEngine.threadsBesideWindow()),
        Instant.now());
  }

  private static Deployment deployment(Engine engine, Workbench workbench, QuantConfig config, Progress progress) {
    Prepared prepared = engine.prepare(workbench, config, progress);
    return Deployment.onThisMachine(
        Lowering.lower(prepared.workbench().model(), prepared.resolve(config)), workbench.data().report(), progress);
  }
}
