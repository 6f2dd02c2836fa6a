package io.bitloupe.ui.task;

import io.bitloupe.engine.Job;
import java.time.Duration;
import java.util.function.Consumer;

/** How view models get work done elsewhere and hear of it on the FX thread. Tests replace it by one that runs at once. */
public interface Tasks extends AutoCloseable {
  /**
   * Something that takes time.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T call() throws Exception;
  }

  /** Something that was scheduled and may be called off. */
  @FunctionalInterface
  interface Scheduled {
    /** Calls it off; no effect once it ran. */
    void cancel();
  }

  /**
   * Runs {@code work} off the FX thread. One of the consumers is called on the FX thread afterwards, unless {@code job} was cancelled:
   * then nothing is heard of it any more.
   */
  <T> void run(Job job, Work<T> work, Consumer<? super T> onSuccess, Consumer<? super Exception> onFailure);

  /** Runs {@code action} on the FX thread: at once when called there, else as soon as that thread gets to it. */
  void onFx(Runnable action);

  /** Runs {@code action} on the FX thread after {@code delay}. */
  Scheduled schedule(Duration delay, Runnable action);

  /** Stops the threads; what still runs is interrupted. */
  @Override
  void close();
}
