package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Job;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.task.LatestValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;

/**
 * A long job in place of the measurement of the current step: the measurement stops when it begins and goes on when it ends, however
 * it ends. It is shown as an activity with its progress and can be cancelled there; what a cancelled one still says is not heard.
 * A workspace has one such job at a time. For the FX thread only.
 */
public final class LongJob {
  private final Workspace workspace;
  private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper(false);
  private Optional<Job> current = Optional.empty();

  /** Nothing runs in {@code workspace} yet. */
  public LongJob(Workspace workspace) {
    this.workspace = workspace;
    workspace.activityProperty().subscribe(_ -> current.filter(Job::isCancelled).ifPresent(this::end));
  }

  /** Whether it runs. */
  public ReadOnlyBooleanProperty runningProperty() {
    return running.getReadOnlyProperty();
  }

  /**
   * Starts {@code work}; {@code onDone} hears its result, and the user hears of a failure. Where another long job has the place
   * already, nothing starts, and the user is asked instead.
   *
   * @param name what is done, for people
   * @param again what the user's yes to that question does: it looks at the workspace as it is by then
   * @param onBegin runs when the job has the place, before {@code work}
   */
  public <T> void start(
      String name, Runnable again, Runnable onBegin, LatestTask.Work<T> work, Consumer<? super T> onDone) {
    Optional<LongJob> other = workspace.longJob().filter(it -> it != this && it.runningProperty().get());
    if (other.isPresent()) {
      ask(other.get(), again);
      return;
    }
    workspace.setLongJob(this);
    current.ifPresent(this::drop);
    workspace.stop();
    Job job = new Job(name);
    current = Optional.of(job);
    running.set(true);
    workspace.beginActivity(Activity.Kind.EXPLORING, job);
    onBegin.run();
    workspace
        .tasks()
        .run(
            job,
            () -> work.call(job),
            result -> {
              end(job);
              onDone.accept(result);
            },
            failure -> {
              end(job);
              workspace.report(failure, Optional.empty());
            });
  }

  /** Asks whether {@code other} should stop for this one to begin. */
  private void ask(LongJob other, Runnable begin) {
    Notice.Action instead =
        new Notice.Action(
            Messages.get("action.instead"),
            () -> {
              other.stop();
              begin.run();
            });
    workspace.show(
        new Notice(Notice.Severity.INFORMATION, Messages.get("notice.occupied", other.name()), List.of(), Optional.of(instead)));
  }

  /** Stops it, where it runs. */
  public void stop() {
    current.ifPresent(
        job -> {
          drop(job);
          end(job);
        });
  }

  private String name() {
    return current.map(Job::name).orElse("");
  }

  /** Carries what {@code job} says to the FX thread, the latest only, and nothing of a cancelled job. */
  public <V> LatestValue<V> updates(Job job, Consumer<? super V> consumer) {
    return new LatestValue<>(workspace.tasks(), value -> ifWanted(job, () -> consumer.accept(value)));
  }

  /** Runs {@code action} on the FX thread, unless {@code job} is cancelled by then. */
  public void update(Job job, Runnable action) {
    workspace.tasks().onFx(() -> ifWanted(job, action));
  }

  private static void ifWanted(Job job, Runnable action) {
    if (!job.isCancelled()) {
      action.run();
    }
  }

  private void drop(Job job) {
    job.cancel();
    workspace.endActivity(job);
  }

  private void end(Job job) {
    if (current.filter(it -> it == job).isPresent()) {
      current = Optional.empty();
      workspace.endActivity(job);
      running.set(false);
      workspace.measure();
    }
  }
}
