package io.bitloupe.ui.task;

import io.bitloupe.engine.Job;
import java.util.function.Consumer;

/** Background work of which only the latest counts: starting it again cancels the run that it overtakes. For the FX thread only. */
public final class LatestTask {
  private final Tasks tasks;
  private Job running = new Job("");

  /**
   * Something that takes time and can be told to stop.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; {@code job} says when it is no longer wanted. */
    T call(Job job) throws Exception;
  }

  /** Runs on {@code tasks}. */
  public LatestTask(Tasks tasks) {
    this.tasks = tasks;
  }

  /** Starts {@code work}; its result reaches {@code onSuccess} only when nothing was started or cancelled in the meantime. */
  public <T> void run(
      String name, Work<T> work, Consumer<? super T> onSuccess, Consumer<? super Exception> onFailure) {
    running.cancel();
    Job job = new Job(name);
    running = job;
    tasks.run(job, () -> work.call(job), onSuccess, onFailure);
  }

  /** Cancels what runs. */
  public void cancel() {
    running.cancel();
  }
}
