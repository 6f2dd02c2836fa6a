package io.bitloupe.ui.workspace;

import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Model;
import io.bitloupe.session.DataReference;
import io.bitloupe.session.Session;
import io.bitloupe.ui.i18n.Messages;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * The model and the data that are open, and the calibration of the one on the other. Each is read when the one before is there: a
 * model brings the data that was open, data brings a calibration. For the FX thread only.
 */
final class OpenFiles {

  /** Hears of what was opened, before the views do. */
  interface Listener {
    /** Another model was read; the one before is about to go. */
    void onClosing();

    /** The model that views will see next. */
    void onOpening(Model model);

    /** It is open now. */
    void onOpened(Opener.OpenedModel read, Optional<Session> session);

    /** Model and data are calibrated. */
    void onCalibrated(Workbench calibrated);
  }

  private final Opener opener;
  private final Notices notices;
  private final Listener listener;
  private final ReadOnlyObjectWrapper<Optional<Model>> model = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Path>> dataPath = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<DataSplit>> data = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Workbench>> workbench = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<DataReference> reference = Optional.empty();
  private Requests requests = Requests.NONE;

  /** Nothing is open; what cannot be opened is told by {@code notices}. */
  OpenFiles(Opener opener, Notices notices, Listener listener) {
    this.opener = opener;
    this.notices = notices;
    this.listener = listener;
  }

  ReadOnlyObjectProperty<Optional<Model>> modelProperty() {
    return model.getReadOnlyProperty();
  }

  ReadOnlyObjectProperty<Optional<Path>> dataPathProperty() {
    return dataPath.getReadOnlyProperty();
  }

  ReadOnlyObjectProperty<Optional<DataSplit>> dataProperty() {
    return data.getReadOnlyProperty();
  }

  ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return workbench.getReadOnlyProperty();
  }

  /** How the data is found again; empty where that cannot be said. */
  Optional<DataReference> reference() {
    return reference;
  }

  void setRequests(Requests asked) {
    requests = asked;
  }

  void open(Optional<Path> modelFile, Optional<Path> dataFile) {
    if (modelFile.isPresent()) {
      dataFile.ifPresent(path -> dataPath.set(Optional.of(path)));
      openModel(modelFile.get(), Optional.empty());
    } else {
      dataFile.ifPresent(this::openData);
    }
  }

  void restore(Session session) {
    dataPath.set(session.data().map(DataReference::path));
    openModel(session.model(), Optional.of(session));
  }

  private void openModel(Path file, Optional<Session> session) {
    notices.beginWork();
    opener.model(
        file,
        opened -> onModel(opened, session),
        failure -> notices.report(failure, Optional.of(new Notice.Action(Messages.get("action.openOther"), () -> requests.chooseModel()))));
  }

  private void onModel(Opener.OpenedModel read, Optional<Session> session) {
    listener.onClosing();
    workbench.set(Optional.empty());
    data.set(Optional.empty());
    reference = Optional.empty();
    listener.onOpening(read.model());
    model.set(Optional.of(read.model()));
    listener.onOpened(read, session);
    dataPath.get().ifPresent(path -> readData(path, read.model()));
  }

  void openData(Path path) {
    dataPath.set(Optional.of(path));
    notices.beginWork();
    if (model.get().isPresent()) {
      readData(path, model.get().get());
    } else {
      notices.show(
          new Notice(
              Notice.Severity.INFORMATION,
              Messages.get("notice.modelFirst", path.getFileName()),
              List.of(),
              Optional.of(new Notice.Action(Messages.get("action.openModel"), () -> requests.chooseModel()))));
    }
  }

  private void readData(Path path, Model open) {
    opener.data(
        path,
        open,
        read -> {
          reference = read.reference();
          data.set(Optional.of(read.split()));
          read.notice().ifPresent(notices::add);
          calibrate(open, read.split());
        },
        failure -> {
          // What was open before still is.
          dataPath.set(reference.map(DataReference::path));
          notices.report(failure, Optional.of(new Notice.Action(Messages.get("action.openOtherData"), () -> requests.chooseData())));
        });
  }

  void calibrate() {
    notices.beginWork();
    model.get().ifPresent(open -> data.get().ifPresent(split -> calibrate(open, split)));
  }

  private void calibrate(Model open, DataSplit split) {
    opener.calibrate(
        open,
        split,
        calibrated -> {
          listener.onCalibrated(calibrated);
          workbench.set(Optional.of(calibrated));
        },
        failure -> notices.report(failure, Optional.of(new Notice.Action(Messages.get("action.retry"), this::calibrate))));
  }

  /** Takes the shapes and products over that the model has on the data, where its file leaves lengths open. */
  void fit(Model fitted) {
    if (!model.get().map(Model::layers).equals(Optional.of(fitted.layers()))) {
      model.set(Optional.of(fitted));
    }
  }

  /** Stops reading. */
  void close() {
    opener.cancel();
  }
}
