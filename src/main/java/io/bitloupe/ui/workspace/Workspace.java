package io.bitloupe.ui.workspace;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Inspector;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.WithoutData;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.metric.Outcomes;
import io.bitloupe.model.Model;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.session.Session;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.Tasks;
import io.bitloupe.ui.undo.ConfigChange;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * What every view looks at: the model, its data, the calibration, the history of configurations, the selection and the work that
 * runs. Everything here is for the FX thread; work is handed to {@link Tasks} and to the engine.
 */
public final class Workspace implements AutoCloseable {
  private final Engine engine;
  private final Tasks tasks;
  private final Clock clock;
  private final Evaluator evaluator;
  private final ActivityMonitor monitor;
  private final OpenFiles files;
  private final Notices notices = new Notices();
  private final ModelLayers layers;
  private final Inspector inspector;
  private final BeforeData beforeData;

  private final ReadOnlyObjectWrapper<History> history = new ReadOnlyObjectWrapper<>(History.EMPTY);
  private final ReadOnlyObjectWrapper<Comparands> comparands = new ReadOnlyObjectWrapper<>(Comparands.NONE);
  private final ReadOnlyObjectWrapper<Searched> searched = new ReadOnlyObjectWrapper<>(Searched.NOTHING);
  private Optional<Session> restored = Optional.empty();
  private Optional<LongJob> longJob = Optional.empty();

  /** An empty workspace. */
  public Workspace(Engine engine, Tasks tasks, Clock clock) {
    this.engine = engine;
    inspector = new Inspector(engine);
    this.tasks = tasks;
    this.clock = clock;
    monitor = new ActivityMonitor(tasks);
    files = new OpenFiles(new Opener(engine, tasks, monitor), notices, listener());
    layers = new ModelLayers(files.modelProperty());
    evaluator = new Evaluator(tasks, monitor, this::onEvaluation, this::report);
    beforeData = new BeforeData(tasks, modelProperty(), historyProperty(), workbenchProperty());
  }

  /** The open model. */
  public ReadOnlyObjectProperty<Optional<Model>> modelProperty() {
    return files.modelProperty();
  }

  /** The file or folder of the data. */
  public ReadOnlyObjectProperty<Optional<Path>> dataPathProperty() {
    return files.dataPathProperty();
  }

  /** The open data in its three parts. */
  public ReadOnlyObjectProperty<Optional<DataSplit>> dataProperty() {
    return files.dataProperty();
  }

  /** Model and data, calibrated. */
  public ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return files.workbenchProperty();
  }

  /** Its layers: what they are called, which are selected and which pinned. */
  public ModelLayers layers() {
    return layers;
  }

  /** All steps and which one is current. */
  public ReadOnlyObjectProperty<History> historyProperty() {
    return history.getReadOnlyProperty();
  }

  /** The steps that were chosen to be compared. */
  public ReadOnlyObjectProperty<Comparands> comparandsProperty() {
    return comparands.getReadOnlyProperty();
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
    return notices.noticeProperty();
  }

  /** The number of the step that the engine measures; 0 for none. */
  public ReadOnlyObjectProperty<Integer> runningStepProperty() {
    return evaluator.runningStepProperty();
  }

  /** The threads of the window, for the views' own background work. */
  public Tasks tasks() {
    return tasks;
  }

  /** What measures; for background work only. */
  public Engine engine() {
    return engine;
  }

  /** Looks at single samples under a configuration; for background work only. */
  public Inspector inspector() {
    return inspector;
  }

  /** Says how the user can be asked. */
  public void setRequests(Requests requests) {
    files.setRequests(requests);
  }

  /** The configuration of the current step. */
  public QuantConfig config() {
    return history.get().currentStep().map(HistoryStep::config).orElseGet(QuantConfig::defaults);
  }

  /** What was measured of the current step so far. */
  public Optional<Evaluation> evaluation() {
    return history.get().currentStep().flatMap(HistoryStep::measured);
  }

  /** What is known of the current configuration, or of the one before, as long as there are no data to measure it on. */
  public ReadOnlyObjectProperty<Optional<WithoutData.Report>> beforeDataProperty() {
    return beforeData.reportProperty();
  }

  /** What was answered sample by sample when {@code evaluation} was measured to the end. */
  public Optional<Outcomes> outcomes(Evaluation evaluation) {
    return evaluation.isComplete() ? engine.outcomes(evaluation) : Optional.empty();
  }

  /** Whether everything about step {@code number} was measured. */
  public boolean isFinished(int number) {
    return evaluator.isFinished(number);
  }

  /** Chooses steps to compare. */
  public void compare(Comparands steps) {
    comparands.set(steps);
  }

  /** Opens a model and, where given, data. */
  public void open(Optional<Path> modelFile, Optional<Path> dataFile) {
    files.open(modelFile, dataFile);
  }

  /** Opens a model; what is open stays until it is read. */
  public void openModel(Path file) {
    files.open(Optional.of(file), Optional.empty());
  }

  /** Opens data for the model; without a model it is kept until there is one. */
  public void openData(Path path) {
    files.openData(path);
  }

  /** Opens model, data and history of {@code session}; what is open stays until the model is read. */
  public void restore(Session session) {
    files.restore(session);
  }

  /** Runs the float model on the calibration part again and measures the current step. */
  public void calibrate() {
    files.calibrate();
  }

  /** What there is to save; empty while no model is open. */
  public Optional<Session> session() {
    return model()
        .map(
            open ->
                new Session(
                    open.path().toAbsolutePath(),
                    open.sha256(),
                    files.reference(),
                    history.get(),
                    clock.instant(),
                    Session.Ending.OPEN));
  }

  private Optional<Model> model() {
    return files.modelProperty().get();
  }

  /**
   * Makes a change of the configuration a new step and measures it. A change that changes nothing is no step; pinned layers keep
   * their choices.
   */
  public void apply(ConfigChange change) {
    if (model().isEmpty()) {
      return;
    }
    QuantConfig before = config();
    QuantConfig wanted = change.edit().apply(before);
    QuantConfig after = layers.keepPinned(before, wanted);
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
    notices.show(sentence);
  }

  /** Takes the sentence away. */
  public void dismissNotice() {
    notices.dismiss();
  }

  /** Shows what failed in one sentence; the rest goes to the log. */
  public void report(Exception failure, Optional<Notice.Action> action) {
    notices.report(failure, action);
  }

  /** Starts work that the user waits for, shown with its progress until {@link #endActivity}. */
  public void beginActivity(Activity.Kind kind, Job job) {
    monitor.begin(kind, job);
  }

  /** Ends work that was begun. */
  public void endActivity(Job job) {
    monitor.end(job);
  }

  /** The long job that began last. */
  Optional<LongJob> longJob() {
    return longJob;
  }

  /** Says which long job has the place of the measurement. */
  void setLongJob(LongJob begun) {
    longJob = Optional.of(begun);
  }

  @Override
  public void close() {
    files.close();
    longJob.ifPresent(LongJob::stop);
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

  private OpenFiles.Listener listener() {
    return new OpenFiles.Listener() {
      @Override
      public void onClosing() {
        evaluator.reset();
      }

      @Override
      public void onOpening(Model opening) {
        layers.begin(opening);
        comparands.set(Comparands.NONE);
      }

      @Override
      public void onOpened(Opener.OpenedModel read, Optional<Session> session) {
        begin(read, session);
      }

      @Override
      public void onCalibrated(Workbench calibrated) {
        Selection kept = layers.selectionProperty().get();
        files.fit(calibrated.model());
        layers.select(kept);
        evaluator.use(engine.runner(calibrated));
        restored.filter(it -> it.data().equals(files.reference())).ifPresent(_ -> evaluator.trust(history.get()));
        restored = Optional.empty();
        measure();
      }
    };
  }

  /** The history of a model that was opened: that of its session, where it belongs to this very model, else a first step. */
  private void begin(Opener.OpenedModel read, Optional<Session> session) {
    Model opened = read.model();
    restored = session.filter(it -> it.modelSha256().equals(opened.sha256()));
    History start = History.EMPTY.append(firstStep(read), read.start().config(), clock.instant());
    history.set(restored.map(Session::history).orElse(start));
    if (session.isPresent() && restored.isEmpty()) {
      notices.add(Notice.information(Messages.get("notice.modelChanged", opened.fileName()), List.of()));
    }
    if (restored.isEmpty()) {
      read.notice().ifPresent(notices::add);
    }
    layers.select(opened.layers().isEmpty() ? Selection.NONE : Selection.of(0));
  }

  private static String firstStep(Opener.OpenedModel read) {
    return read.model().stored().isEmpty() ? Terms.defaults(read.start().config()) : Messages.get("history.asInFile");
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

  /** Adds times of the exported file to what was measured of the steps with {@code config}. */
  void timed(QuantConfig config, List<DeploymentTiming> timings) {
    History timed = history.get();
    for (HistoryStep step : timed.steps()) {
      if (step.config().equals(config) && step.measured().isPresent()) {
        Evaluation measured = step.measured().get();
        timed = timed.measured(step.number(), measured.with(measured.latency().with(timings)));
      }
    }
    history.set(timed);
  }

  private void report(RuntimeException failure) {
    report(failure, Optional.of(new Notice.Action(Messages.get("action.retry"), this::measure)));
  }
}
