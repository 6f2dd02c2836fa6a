package io.bitloupe.ui.task;

import java.time.Duration;

/** Runs the latest of several quickly repeated requests, once they pause. For the FX thread only. */
public final class Debounce {
  private final Tasks tasks;
  private final Duration pause;
  private Tasks.Scheduled pending = () -> {};
  private int requests;

  /** Waits for a {@code pause} in the requests. */
  public Debounce(Tasks tasks, Duration pause) {
    this.tasks = tasks;
    this.pause = pause;
  }

  /** Forgets an earlier request and runs {@code action} after the pause. */
  public void request(Runnable action) {
    cancel();
    int request = requests;
    pending =
        tasks.schedule(
            pause,
            () -> {
              // The pause may have ended before a cancel that came first on this thread.
              if (request == requests) {
                action.run();
              }
            });
  }

  /** Forgets the request that waits, if any. */
  public void cancel() {
    requests++;
    pending.cancel();
  }
}
