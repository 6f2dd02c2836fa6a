package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Job;
import io.bitloupe.ui.task.Tasks;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * Shows the work that began last, and what that covered when it ends, and reads progress ten times a second. For the FX thread
 * only.
 */
final class ActivityMonitor {
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final Tasks tasks;
  private final SequencedMap<Job, Activity> all = new LinkedHashMap<>();
  private final ReadOnlyObjectWrapper<Optional<Activity>> activity = new ReadOnlyObjectWrapper<>(Optional.empty());

  ActivityMonitor(Tasks tasks) {
    this.tasks = tasks;
  }

  ReadOnlyObjectProperty<Optional<Activity>> activityProperty() {
    return activity.getReadOnlyProperty();
  }

  /** Shows {@code job} and follows its progress. */
  void begin(Activity.Kind kind, Job job) {
    show(new Activity(kind, job.name(), 0, 0, OptionalDouble.empty(), job));
    follow(job, System.nanoTime());
  }

  /** Shows progress that the caller follows. */
  void show(Activity shown) {
    all.put(shown.job(), shown);
    publish();
  }

  /** Takes {@code job} away. */
  void end(Job job) {
    if (all.remove(job) != null) {
      publish();
    }
  }

  private void publish() {
    activity.set(Optional.ofNullable(all.lastEntry()).map(Map.Entry::getValue));
  }

  private void follow(Job job, long began) {
    tasks.schedule(PERIOD, () -> read(job, began));
  }

  private void read(Job job, long began) {
    Optional<Activity> known = Optional.ofNullable(all.get(job));
    if (known.isEmpty()) {
      return;
    }
    long done = job.done();
    if (done > 0 && done != known.get().done()) {
      double seconds = (System.nanoTime() - began) * 1e-9;
      OptionalDouble left = OptionalDouble.of(seconds * (job.total() - done) / done);
      show(new Activity(known.get().kind(), job.name(), done, job.total(), left, job));
    }
    follow(job, began);
  }
}
