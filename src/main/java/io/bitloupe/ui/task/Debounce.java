package io.bitloupe.ui.task;

import java.time.Duration;

/** Runs the latest of several quickly repeated requests, once they pause. For the FX thread only. */
public final class Debounce {
  private final Tasks tasks;
  private final Duration pause;
  private Tasks.Scheduled pending = () -> {};

  /** Waits for a {@code pause} in the requests. */
  public Debounce(Tasks tasks, Duration pause) {
    this.tasks = tasks;
    this.pause = pause;
  }

  /** Forgets an earlier request and runs {@code action} after the pause. */
  public void request(Runnable action) {
    pending.cancel();
    pending = tasks.schedule(pause, action);
  }

  /** Forgets the request that waits, if any. */
  public void cancel() {
    pending.cancel();
  }
}
