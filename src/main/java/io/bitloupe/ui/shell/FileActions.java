package io.bitloupe.ui.shell;

import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.export.Loss;
import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.export.Measurements;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.stage.Window;

/** What the user opens, drops, saves and exports. */
final class FileActions {
  private final ShellServices services;
  private final Workspace workspace;
  private final FileDialogs dialogs;
  private final SessionMenu sessions;
  private final Supplier<Window> window;

  FileActions(ShellServices services, SessionMenu sessions, Supplier<Window> window) {
    this.services = services;
    this.sessions = sessions;
    this.window = window;
    workspace = services.workspace();
    dialogs = new FileDialogs(services.preferences());
  }

  void chooseModel() {
    dialogs.model(window.get()).ifPresent(workspace::openModel);
  }

  void chooseDataFile() {
    dialogs.dataFile(window.get()).ifPresent(workspace::openData);
  }

  void chooseDataFolder() {
    dialogs.dataFolder(window.get()).ifPresent(workspace::openData);
  }

  Optional<Path> chooseHardware() {
    return dialogs.hardware(window.get());
  }

  Optional<Path> choosePicture(String extension) {
    return dialogs.picture(window.get(), extension);
  }

  void openSession() {
    dialogs.openSession(window.get()).ifPresent(sessions::open);
  }

  void saveSession() {
    workspace.modelProperty().get().flatMap(model -> dialogs.saveSession(window.get(), model.fileName())).ifPresent(sessions::save);
  }

  /** Opens dropped files: a session or a model by its ending, anything else as data. */
  void drop(List<Path> files) {
    Optional<Path> session = files.stream().filter(file -> file.getFileName().toString().endsWith(".session.json")).findFirst();
    if (session.isPresent()) {
      sessions.open(session.get());
      return;
    }
    Optional<Path> model = files.stream().filter(FileActions::isModel).findFirst();
    Optional<Path> data = files.stream().filter(file -> !isModel(file)).findFirst();
    workspace.open(model, data);
  }

  private static boolean isModel(Path file) {
    return !Files.isDirectory(file) && file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  void export(ExportKind kind) {
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    if (workbench.isPresent() && services.exporter().isPresent()) {
      dialogs.export(window.get(), kind, workbench.get().model().fileName()).ifPresent(file -> export(kind, file));
    }
  }

  /** Writes the current configuration to {@code file}. */
  void export(ExportKind kind, Path file) {
    Workbench workbench = workspace.workbenchProperty().get().orElseThrow();
    write(file, job -> services.exporter().orElseThrow().export(kind, workbench, workspace.config(), file, job));
  }

  void exportMeasurements() {
    workspace
        .modelProperty()
        .get()
        .flatMap(model -> dialogs.measurements(window.get(), model.fileName()))
        .ifPresent(this::exportMeasurements);
  }

  /** Writes what was measured of every step to {@code file}: a page or JSON where that is its ending, else CSV. */
  void exportMeasurements(Path file) {
    Measurements measurements =
        new Measurements(
            workspace.modelProperty().get().orElseThrow(), workspace.historyProperty().get(), workspace.workbenchProperty().get());
    write(
        file,
        job -> {
          measurements.write(file, workspace.engine(), job);
          return List.of();
        });
  }

  private void write(Path file, Function<Job, List<Loss>> writer) {
    Job job = new Job(Messages.get("job.export", file.getFileName()));
    workspace.beginActivity(Activity.Kind.EXPORTING, job);
    workspace
        .tasks()
        .run(
            job,
            () -> writer.apply(job),
            losses -> {
              workspace.endActivity(job);
              workspace.show(exported(file, losses));
            },
            failure -> {
              workspace.endActivity(job);
              workspace.report(failure, Optional.empty());
            });
  }

  private static Notice exported(Path file, List<Loss> losses) {
    List<String> details = new ArrayList<>();
    Loss.byReason(losses)
        .forEach((reason, subjects) -> details.add(Messages.get("notice.notInFile", reason, String.join(", ", subjects))));
    String key = losses.isEmpty() ? "notice.exported" : "notice.exportedInPart";
    return Notice.information(Messages.get(key, file.toString(), details.size()), details);
  }
}
