package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Job;
import io.bitloupe.ui.task.Tasks;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Shows one piece of work at a time and reads its progress ten times a second. For the FX thread only. */
final class ActivityMonitor {
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final Tasks tasks;
  private final ReadOnlyObjectWrapper<Optional<Activity>> activity = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Tasks.Scheduled tick = () -> {};
  private long began;

  ActivityMonitor(Tasks tasks) {
    this.tasks = tasks;
  }

  ReadOnlyObjectProperty<Optional<Activity>> activityProperty() {
    return activity.getReadOnlyProperty();
  }

  /** Shows {@code job} and follows its progress. */
  void begin(Activity.Kind kind, Job job) {
    began = System.nanoTime();
    show(new Activity(kind, job.name(), 0, 0, OptionalDouble.empty(), job));
    follow(job);
  }

  /** Shows progress that the caller follows. */
  void show(Activity shown) {
    activity.set(Optional.of(shown));
  }

  /** Takes {@code job} away, where it is shown. */
  void end(Job job) {
    if (shows(job)) {
      tick.cancel();
      activity.set(Optional.empty());
    }
  }

  private void follow(Job job) {
    tick.cancel();
    tick = tasks.schedule(PERIOD, () -> read(job));
  }

  private void read(Job job) {
    if (!shows(job)) {
      return;
    }
    long done = job.done();
    if (done > 0) {
      Activity shown = activity.get().orElseThrow();
      double seconds = (System.nanoTime() - began) * 1e-9;
      OptionalDouble left = OptionalDouble.of(seconds * (job.total() - done) / done);
      Activity updated = new Activity(shown.kind(), shown.name(), done, job.total(), left, job);
      if (done != shown.done()) {
        activity.set(Optional.of(updated));
      }
    }
    follow(job);
  }

  private boolean shows(Job job) {
    return activity.get().filter(shown -> shown.job() == job).isPresent();
  }
}
