package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Experiment;
import io.bitloupe.engine.ExperimentListener;
import io.bitloupe.engine.ExperimentRunner;
import io.bitloupe.engine.Job;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.Debounce;
import io.bitloupe.ui.task.LatestValue;
import io.bitloupe.ui.task.Tasks;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Has steps of the history measured, the latest one only, and tells what was measured on the FX thread. */
final class Evaluator implements AutoCloseable {
  /** Hears of figures. */
  @FunctionalInterface
  interface Sink {
    void accept(int step, Evaluation evaluation);
  }

  private static final Duration PAUSE = Duration.ofMillis(150);

  private final Tasks tasks;
  private final ActivityMonitor monitor;
  private final Sink sink;
  private final Consumer<RuntimeException> onFailure;
  private final Debounce debounce;
  private final ReadOnlyObjectWrapper<Integer> runningStep = new ReadOnlyObjectWrapper<>(0);
  private final Set<Integer> finished = new HashSet<>();
  private Optional<ExperimentRunner> runner = Optional.empty();
  private Optional<Listener> current = Optional.empty();

  Evaluator(Tasks tasks, ActivityMonitor monitor, Sink sink, Consumer<RuntimeException> onFailure) {
    this.tasks = tasks;
    this.monitor = monitor;
    this.sink = sink;
    this.onFailure = onFailure;
    debounce = new Debounce(tasks, PAUSE);
  }

  ReadOnlyObjectProperty<Integer> runningStepProperty() {
    return runningStep.getReadOnlyProperty();
  }

  boolean isFinished(int step) {
    return finished.contains(step);
  }

  /** Measures with {@code other} from now on; all that was finished counts as unfinished. */
  void use(ExperimentRunner other) {
    reset();
    runner = Optional.of(other);
  }

  /** Takes the figures that {@code history} has of completely measured steps for those of the runner in use. */
  void trust(History history) {
    for (HistoryStep step : history.steps()) {
      boolean whole = step.measured().filter(it -> it.isComplete() && it.latency().onnxruntimeQdq().isPresent()).isPresent();
      if (whole) {
        finished.add(step.number());
      }
    }
  }

  /** Stops, forgets everything and closes the runner off the FX thread. */
  void reset() {
    stop();
    finished.clear();
    runner.ifPresent(
        old ->
            tasks.run(
                new Job("close"),
                () -> {
                  old.close();
                  return true;
                },
                _ -> {},
                _ -> {}));
    runner = Optional.empty();
  }

  /** Measures {@code step} after a short pause, or copies the figures of an equal step. */
  void request(HistoryStep step, History history) {
    if (finished.contains(step.number())) {
      debounce.cancel();
      return;
    }
    Optional<HistoryStep> equal =
        history.steps().stream()
            .filter(other -> finished.contains(other.number()) && other.config().equals(step.config()))
            .findFirst();
    if (equal.isPresent()) {
      debounce.cancel();
      finished.add(step.number());
      sink.accept(step.number(), equal.get().measured().orElseThrow());
    } else {
      debounce.request(() -> start(step));
    }
  }

  /** Cancels what runs or waits. */
  void stop() {
    debounce.cancel();
    current.ifPresent(listener -> listener.job.cancel());
    end();
  }

  @Override
  public void close() {
    reset();
  }

  private void start(HistoryStep step) {
    if (runner.isEmpty() || finished.contains(step.number()) || (runningStep.get() == step.number())) {
      return;
    }
    stop();
    Listener listener = new Listener(step.number());
    current = Optional.of(listener);
    runningStep.set(step.number());
    Job job = runner.get().submit(Experiment.of(step.description(), step.config()), listener);
    listener.job = job;
    if (isCurrent(listener)) {
      String name = Messages.get("job.evaluate", step.number());
      monitor.show(new Activity(Activity.Kind.EVALUATING, name, 0, 0, OptionalDouble.empty(), job));
    }
  }

  private void end() {
    current.ifPresent(listener -> monitor.end(listener.job));
    current = Optional.empty();
    runningStep.set(0);
  }

  private static OptionalDouble secondsLeft(Evaluation evaluation) {
    int samples = evaluation.quality().samples();
    return samples == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(evaluation.seconds() * (evaluation.totalSamples() - samples) / samples);
  }

  private boolean isCurrent(Listener listener) {
    return current.filter(other -> other == listener).isPresent();
  }

  /** What a listener heard last. */
  private record Update(Optional<Evaluation> evaluation, boolean done, Optional<RuntimeException> failure) {}

  private final class Listener implements ExperimentListener {
    private final int step;
    private final LatestValue<Update> updates = new LatestValue<>(tasks, this::onUpdate);
    private Job job = new Job("");

    Listener(int step) {
      this.step = step;
    }

    @Override
    public void onEstimate(Evaluation partial) {
      updates.set(new Update(Optional.of(partial), false, Optional.empty()));
    }

    @Override
    public void onComplete(Evaluation result) {
      updates.set(new Update(Optional.of(result), true, Optional.empty()));
    }

    @Override
    public void onCancelled() {
      updates.set(new Update(Optional.empty(), true, Optional.empty()));
    }

    @Override
    public void onFailure(RuntimeException failure) {
      updates.set(new Update(Optional.empty(), true, Optional.of(failure)));
    }

    private void onUpdate(Update update) {
      if (!isCurrent(this)) {
        return;
      }
      if (update.evaluation().isPresent()) {
        Evaluation evaluation = update.evaluation().get();
        if (update.done()) {
          finished.add(step);
        }
        sink.accept(step, evaluation);
        if (!update.done()) {
          boolean timing = evaluation.isComplete();
          monitor.show(
              new Activity(
                  Activity.Kind.EVALUATING,
                  Messages.get(timing ? "job.time" : "job.evaluate", step),
                  evaluation.quality().samples(),
                  evaluation.totalSamples(),
                  secondsLeft(evaluation),
                  job));
        }
      }
      if (update.done()) {
        end();
      }
      update.failure().ifPresent(onFailure);
    }
  }
}
