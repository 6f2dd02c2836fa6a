package io.bitloupe.ui.workspace;

import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.export.Imported;
import io.bitloupe.export.Loss;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.session.DataReference;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Reads models and data and calibrates, the latest request only, shown while it lasts. For the FX thread only. */
final class Opener {
  private static final Logger LOG = Logger.getLogger(Opener.class.getName());

  private final Engine engine;
  private final Tasks tasks;
  private final ActivityMonitor monitor;
  private Job current = new Job("");

  Opener(Engine engine, Tasks tasks, ActivityMonitor monitor) {
    this.engine = engine;
    this.tasks = tasks;
    this.monitor = monitor;
  }

  /**
   * A model that was read.
   *
   * @param model the model
   * @param start the configuration that it starts with, and what of its file that does not hold
   */
  record OpenedModel(Model model, Imported start) {

    /** What a user should know of a file that is quantized already; empty for one in float. */
    Optional<Notice> notice() {
      if (model.stored().isEmpty()) {
        return Optional.empty();
      }
      List<String> details = new ArrayList<>(model.notes());
      start.losses().stream().map(Loss::toString).forEach(details::add);
      String key = start.losses().isEmpty() ? "notice.quantized" : "notice.quantizedInPart";
      return Optional.of(Notice.information(Messages.get(key, model.fileName(), start.losses().size()), details));
    }
  }

  /**
   * Data that was read.
   *
   * @param split its three parts
   * @param reference how to find it again; empty where that cannot be said
   */
  record OpenedData(DataSplit split, Optional<DataReference> reference) {

    /** What a user should know of it. */
    Optional<Notice> notice() {
      List<String> sentences = new ArrayList<>(split.report().notes());
      List<String> skipped = split.report().skipped();
      if (!skipped.isEmpty()) {
        sentences.add(Messages.get("notice.skipped", skipped.size()));
      }
      return sentences.isEmpty() ? Optional.empty() : Optional.of(Notice.information(String.join(" ", sentences), skipped));
    }
  }

  /** Reads the model in {@code file}. */
  void model(Path file, Consumer<OpenedModel> onOpened, Consumer<Exception> onFailure) {
    run(
        Activity.Kind.OPENING,
        Messages.get("job.open", file.getFileName()),
        _ -> {
          Model model = engine.loadModel(file);
          return new OpenedModel(model, StoredConfiguration.of(model));
        },
        onOpened,
        onFailure);
  }

  /** Reads the data at {@code path} for {@code model}. */
  void data(Path path, Model model, Consumer<OpenedData> onOpened, Consumer<Exception> onFailure) {
    run(
        Activity.Kind.READING,
        Messages.get("job.read", path.getFileName()),
        _ -> new OpenedData(engine.openData(path, model, DataSplit.DEFAULT_CALIBRATION_SAMPLES), reference(path)),
        onOpened,
        onFailure);
  }

  /** Runs {@code model} on the calibration part of {@code data}. */
  void calibrate(Model model, DataSplit data, Consumer<Workbench> onCalibrated, Consumer<Exception> onFailure) {
    run(
        Activity.Kind.CALIBRATING,
        Messages.get("job.calibrate", data.calibration().size()),
        job -> engine.calibrate(model, data, job),
        onCalibrated,
        onFailure);
  }

  /** Stops what runs. */
  void cancel() {
    current.cancel();
    monitor.end(current);
  }

  private <T> void run(
      Activity.Kind kind, String name, LatestTask.Work<T> work, Consumer<T> onDone, Consumer<Exception> onFailure) {
    cancel();
    Job job = new Job(name);
    current = job;
    monitor.begin(kind, job);
    tasks.run(
        job,
        () -> work.call(job),
        result -> {
          monitor.end(job);
          onDone.accept(result);
        },
        failure -> {
          monitor.end(job);
          onFailure.accept(failure);
        });
  }

  private static Optional<DataReference> reference(Path path) {
    try {
      return Optional.of(DataReference.of(path));
    } catch (InvalidInputException gone) {
      LOG.log(Level.FINE, gone.getMessage(), gone);
      return Optional.empty();
    }
  }
}
