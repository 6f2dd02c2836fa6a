package io.bitloupe.ui.workspace;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Inspector;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.session.DataReference;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.session.Session;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.Tasks;
import io.bitloupe.ui.undo.ConfigChange;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * What every view looks at: the model, its data, the calibration, the history of configurations, the selection and the work that
 * runs. Everything here is for the FX thread; work is handed to {@link Tasks} and to the engine.
 */
public final class Workspace implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Workspace.class.getName());

  private final Engine engine;
  private final Tasks tasks;
  private final Clock clock;
  private final Evaluator evaluator;
  private final ActivityMonitor monitor;
  private final Inspector inspector = new Inspector();

  private final ReadOnlyObjectWrapper<Optional<Model>> model = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Path>> dataPath = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<DataSplit>> data = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Workbench>> workbench = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<History> history = new ReadOnlyObjectWrapper<>(History.EMPTY);
  private final ReadOnlyObjectWrapper<Selection> selection = new ReadOnlyObjectWrapper<>(Selection.NONE);
  private final ReadOnlyObjectWrapper<Comparands> comparands = new ReadOnlyObjectWrapper<>(Comparands.NONE);
  private final ReadOnlyObjectWrapper<Searched> searched = new ReadOnlyObjectWrapper<>(Searched.NOTHING);
  private final ReadOnlyObjectWrapper<Optional<Notice>> notice = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<DataReference>> dataReference = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Pins> pins = new ReadOnlyObjectWrapper<>(Pins.NONE);
  private LayerNames names = new LayerNames();
  private Optional<Session> restored = Optional.empty();
  private Requests requests = Requests.NONE;
  private Job files = new Job("");

  /** Data that was read, and what it was. */
  private record Read(DataSplit split, Optional<DataReference> reference) {}

  /** An empty workspace. */
  public Workspace(Engine engine, Tasks tasks, Clock clock) {
    this.engine = engine;
    this.tasks = tasks;
    this.clock = clock;
    monitor = new ActivityMonitor(tasks);
    evaluator = new Evaluator(tasks, monitor, this::onEvaluation, this::report);
  }

  /** The open model. */
  public ReadOnlyObjectProperty<Optional<Model>> modelProperty() {
    return model.getReadOnlyProperty();
  }

  /** The file or folder of the data. */
  public ReadOnlyObjectProperty<Optional<Path>> dataPathProperty() {
    return dataPath.getReadOnlyProperty();
  }

  /** The open data in its three parts. */
  public ReadOnlyObjectProperty<Optional<DataSplit>> dataProperty() {
    return data.getReadOnlyProperty();
  }

  /** Model and data, calibrated. */
  public ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return workbench.getReadOnlyProperty();
  }

  /** All steps and which one is current. */
  public ReadOnlyObjectProperty<History> historyProperty() {
    return history.getReadOnlyProperty();
  }

  /** The selected layers. */
  public ReadOnlyObjectProperty<Selection> selectionProperty() {
    return selection.getReadOnlyProperty();
  }

  /** The steps that were chosen to be compared. */
  public ReadOnlyObjectProperty<Comparands> comparandsProperty() {
    return comparands.getReadOnlyProperty();
  }

  /** The layers that keep their choices. */
  public ReadOnlyObjectProperty<Pins> pinsProperty() {
    return pins.getReadOnlyProperty();
  }

  /** What the last search found out. */
  public ReadOnlyObjectProperty<Searched> searchedProperty() {
    return searched.getReadOnlyProperty();
  }

  /** Tells all views what a search found out. */
  public void show(Searched found) {
    searched.set(found);
  }

  /** Work that the user waits for. */
  public ReadOnlyObjectProperty<Optional<Activity>> activityProperty() {
    return monitor.activityProperty();
  }

  /** The sentence to show. */
  public ReadOnlyObjectProperty<Optional<Notice>> noticeProperty() {
    return notice.getReadOnlyProperty();
  }

  /** The number of the step that the engine measures; 0 for none. */
  public ReadOnlyObjectProperty<Integer> runningStepProperty() {
    return evaluator.runningStepProperty();
  }

  /** The name that {@code layer} goes by in the window. */
  public String nameOf(Layer layer) {
    return names.of(layer);
  }

  /** The threads of the window, for the views' own background work. */
  public Tasks tasks() {
    return tasks;
  }

  /** Looks at single samples under a configuration; for background work only. */
  public Inspector inspector() {
    return inspector;
  }

  /** Says how the user can be asked. */
  public void setRequests(Requests requests) {
    this.requests = requests;
  }

  /** The configuration of the current step. */
  public QuantConfig config() {
    return history.get().currentStep().map(HistoryStep::config).orElseGet(QuantConfig::defaults);
  }

  /** What was measured of the current step so far. */
  public Optional<Evaluation> evaluation() {
    return history.get().currentStep().flatMap(HistoryStep::measured);
  }

  /** What was answered sample by sample when {@code evaluation} was measured to the end. */
  public Optional<Outcomes> outcomes(Evaluation evaluation) {
    return evaluation.isComplete() ? engine.outcomes(evaluation) : Optional.empty();
  }

  /** Whether everything about step {@code number} was measured. */
  public boolean isFinished(int number) {
    return evaluator.isFinished(number);
  }

  /** The layer that pictures are of. */
  public Optional<Layer> leadLayer() {
    int lead = selection.get().lead();
    return model.get().filter(open -> lead >= 0 && lead < open.layers().size()).map(open -> open.layers().get(lead));
  }

  /** The selected layers in order. */
  public List<Layer> selectedLayers() {
    List<Layer> layers = model.get().map(Model::layers).orElse(List.of());
    return selection.get().layers().stream().filter(index -> index < layers.size()).map(layers::get).toList();
  }

  /** Selects layers. */
  public void select(Selection layers) {
    selection.set(layers);
  }

  /** Pins these layers and no others. */
  public void pin(Pins layers) {
    pins.set(layers);
  }

  /** Pins the selected layers, or unpins them where all of them are pinned. */
  public void togglePins() {
    pins.set(pins.get().toggle(selection.get().layers()));
  }

  /** Chooses steps to compare. */
  public void compare(Comparands steps) {
    comparands.set(steps);
  }

  /** Opens a model and, where given, data. */
  public void open(Optional<Path> modelFile, Optional<Path> dataFile) {
    if (modelFile.isPresent()) {
      dataFile.ifPresent(path -> dataPath.set(Optional.of(path)));
      openModel(modelFile.get());
    } else {
      dataFile.ifPresent(this::openData);
    }
  }

  /** Opens a model; what is open stays until it is read. */
  public void openModel(Path file) {
    openModel(file, Optional.empty());
  }

  /** Opens model, data and history of {@code session}; what is open stays until the model is read. */
  public void restore(Session session) {
    dataPath.set(session.data().map(DataReference::path));
    openModel(session.model(), Optional.of(session));
  }

  /** What there is to save; empty while no model is open. */
  public Optional<Session> session() {
    return model
        .get()
        .map(
            open ->
                new Session(
                    open.path().toAbsolutePath(),
                    open.sha256(),
                    dataReference.get(),
                    history.get(),
                    clock.instant(),
                    Session.Ending.OPEN));
  }

  private void openModel(Path file, Optional<Session> session) {
    Job job = beginFiles(Activity.Kind.OPENING, Messages.get("job.open", file.getFileName()));
    tasks.run(
        job,
        () -> engine.loadModel(file),
        opened -> {
          monitor.end(job);
          onModel(opened, session);
        },
        failure -> {
          monitor.end(job);
          report(failure, Optional.of(new Notice.Action(Messages.get("action.openOther"), () -> requests.chooseModel())));
        });
  }

  /** Opens data for the model; without a model it is kept until there is one. */
  public void openData(Path path) {
    dataPath.set(Optional.of(path));
    if (model.get().isEmpty()) {
      notice.set(
          Optional.of(
              new Notice(
                  Notice.Severity.INFORMATION,
                  Messages.get("notice.modelFirst", path.getFileName()),
                  List.of(),
                  Optional.of(new Notice.Action(Messages.get("action.openModel"), () -> requests.chooseModel())))));
      return;
    }
    Model open = model.get().get();
    Job job = beginFiles(Activity.Kind.READING, Messages.get("job.read", path.getFileName()));
    tasks.run(
        job,
        () -> new Read(engine.openData(path, open, DataSplit.DEFAULT_CALIBRATION_SAMPLES), reference(path)),
        read -> {
          monitor.end(job);
          DataSplit split = read.split();
          dataReference.set(read.reference());
          data.set(Optional.of(split));
          notice(split.report()).ifPresent(known -> notice.set(Optional.of(known)));
          calibrate();
        },
        failure -> {
          monitor.end(job);
          dataPath.set(Optional.empty());
          report(failure, Optional.of(new Notice.Action(Messages.get("action.openOtherData"), () -> requests.chooseData())));
        });
  }

  /** What a user should know of data that was read. */
  private static Optional<Notice> notice(Dataset read) {
    List<String> sentences = new ArrayList<>(read.notes());
    if (!read.skipped().isEmpty()) {
      sentences.add(Messages.get("notice.skipped", read.skipped().size()));
    }
    return sentences.isEmpty()
        ? Optional.empty()
        : Optional.of(Notice.information(String.join(" ", sentences), read.skipped()));
  }

  /** Runs the float model on the calibration part again and measures the current step. */
  public void calibrate() {
    if (model.get().isEmpty() || data.get().isEmpty()) {
      return;
    }
    Model open = model.get().get();
    DataSplit split = data.get().get();
    Job job = beginFiles(Activity.Kind.CALIBRATING, Messages.get("job.calibrate", split.calibration().size()));
    tasks.run(
        job,
        () -> engine.calibrate(open, split, job),
        calibrated -> {
          monitor.end(job);
          evaluator.use(engine.runner(calibrated));
          restored.filter(it -> it.data().equals(dataReference.get())).ifPresent(_ -> evaluator.trust(history.get()));
          restored = Optional.empty();
          workbench.set(Optional.of(calibrated));
          measure();
        },
        failure -> {
          monitor.end(job);
          report(failure, Optional.of(new Notice.Action(Messages.get("action.retry"), this::calibrate)));
        });
  }

  /**
   * Makes a change of the configuration a new step and measures it. A change that changes nothing is no step; pinned layers keep
   * their choices.
   */
  public void apply(ConfigChange change) {
    if (model.get().isEmpty()) {
      return;
    }
    QuantConfig before = config();
    QuantConfig wanted = change.edit().apply(before);
    QuantConfig after = pins.get().keep(model.get().get(), before, wanted);
    if (!after.equals(wanted)) {
      show(Notice.information(Messages.get("notice.pinned"), List.of()));
    }
    if (!after.equals(before)) {
      moveTo(history.get().append(change.description(), after, clock.instant()));
    }
  }

  /** Goes to the parent of the current step. */
  public void undo() {
    moveTo(history.get().undo());
  }

  /** Goes to the step that the last undo left. */
  public void redo() {
    moveTo(history.get().redo());
  }

  /** Goes to step {@code number}. */
  public void jumpTo(int number) {
    moveTo(history.get().jumpTo(number));
  }

  /** Makes a step like step {@code number} and goes there: what is changed from now on is a branch of it. */
  public void branch(int number) {
    history
        .get()
        .step(number)
        .ifPresent(
            step -> moveTo(history.get().jumpTo(number).append(Messages.get("change.branch", number), step.config(), clock.instant())));
  }

  /** Measures the current step, where that is not done. */
  public void measure() {
    history.get().currentStep().ifPresent(step -> evaluator.request(step, history.get()));
  }

  /** Stops the measurement that runs; what it found so far stays. */
  public void stop() {
    evaluator.stop();
  }

  /** Cancels what the user waits for. */
  public void cancelActivity() {
    Optional<Activity> activity = activityProperty().get();
    if (activity.isPresent()) {
      if (activity.get().kind() == Activity.Kind.EVALUATING) {
        stop();
      } else {
        activity.get().job().cancel();
        monitor.end(activity.get().job());
      }
    }
  }

  /** Shows a sentence. */
  public void show(Notice sentence) {
    notice.set(Optional.of(sentence));
  }

  /** Takes the sentence away. */
  public void dismissNotice() {
    notice.set(Optional.empty());
  }

  /** Shows what failed in one sentence; the rest goes to the log. */
  public void report(Exception failure, Optional<Notice.Action> action) {
    if (failure instanceof InvalidInputException && failure.getMessage() != null) {
      LOG.log(Level.FINE, failure.getMessage(), failure);
      notice.set(Optional.of(Notice.error(String.valueOf(failure.getMessage()), action)));
    } else {
      LOG.log(Level.SEVERE, "unexpected failure", failure);
      notice.set(Optional.of(Notice.error(Messages.get("notice.unexpected", String.valueOf(failure.getMessage())), action)));
    }
  }

  /** Starts work that the user waits for, shown with its progress until {@link #endActivity}. */
  public void beginActivity(Activity.Kind kind, Job job) {
    monitor.begin(kind, job);
  }

  /** Ends work that was begun. */
  public void endActivity(Job job) {
    monitor.end(job);
  }

  @Override
  public void close() {
    files.cancel();
    evaluator.close();
    tasks.run(
        new Job("close"),
        () -> {
          inspector.close();
          return true;
        },
        _ -> {},
        _ -> {});
  }

  private Job beginFiles(Activity.Kind kind, String name) {
    files.cancel();
    monitor.end(files);
    files = new Job(name);
    if (notice.get().filter(it -> it.severity() != Notice.Severity.OFFER).isPresent()) {
      notice.set(Optional.empty());
    }
    monitor.begin(kind, files);
    return files;
  }

  private static Optional<DataReference> reference(Path path) {
    try {
      return Optional.of(DataReference.of(path));
    } catch (InvalidInputException gone) {
      LOG.log(Level.FINE, gone.getMessage(), gone);
      return Optional.empty();
    }
  }

  private void onModel(Model opened, Optional<Session> session) {
    evaluator.reset();
    workbench.set(Optional.empty());
    data.set(Optional.empty());
    dataReference.set(Optional.empty());
    restored = session.filter(it -> it.modelSha256().equals(opened.sha256()));
    QuantConfig first = StoredConfiguration.of(opened).config();
    selection.set(Selection.NONE);
    comparands.set(Comparands.NONE);
    pins.set(Pins.NONE);
    names = new LayerNames(opened);
    model.set(Optional.of(opened));
    history.set(restored.map(Session::history).orElseGet(() -> History.EMPTY.append(firstStep(opened, first), first, clock.instant())));
    if (session.isPresent() && restored.isEmpty()) {
      notice.set(Optional.of(Notice.information(Messages.get("notice.modelChanged", opened.fileName()), List.of())));
    }
    selection.set(opened.layers().isEmpty() ? Selection.NONE : Selection.of(0));
    dataPath.get().ifPresent(this::openData);
  }

  private static String firstStep(Model opened, QuantConfig first) {
    return opened.stored().isEmpty() ? Terms.defaults(first) : Messages.get("history.asInFile");
  }

  private void moveTo(History moved) {
    if (!moved.equals(history.get())) {
      history.set(moved);
      measure();
    }
  }

  private void onEvaluation(int step, Evaluation evaluation) {
    if (history.get().step(step).isPresent()) {
      history.set(history.get().measured(step, evaluation));
    }
  }

  private void report(RuntimeException failure) {
    report(failure, Optional.of(new Notice.Action(Messages.get("action.retry"), this::measure)));
  }

  /** Remaining seconds of an evaluation. */
  static OptionalDouble secondsLeft(Evaluation evaluation) {
    int samples = evaluation.quality().samples();
    return samples == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(evaluation.seconds() * (evaluation.totalSamples() - samples) / samples);
  }
}
