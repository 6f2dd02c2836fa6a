package io.bitloupe.ui.task;

import io.bitloupe.engine.Job;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javafx.application.Platform;

/** Background work on a few daemon threads of low priority, results through {@link Platform#runLater}. */
public final class FxTasks implements Tasks {
  private final ExecutorService workers = Executors.newFixedThreadPool(3, threads("bitloupe-ui-worker-"));
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(threads("bitloupe-ui-timer-"));

  @Override
  public <T> void run(Job job, Work<T> work, Consumer<? super T> onSuccess, Consumer<? super Exception> onFailure) {
    try {
      workers.execute(() -> runHere(job, work, onSuccess, onFailure));
    } catch (RejectedExecutionException closed) {
      job.cancel();
    }
  }

  private <T> void runHere(Job job, Work<T> work, Consumer<? super T> onSuccess, Consumer<? super Exception> onFailure) {
    if (job.isCancelled()) {
      return;
    }
    try {
      T result = work.call();
      onFx(
          () -> {
            if (!job.isCancelled()) {
              onSuccess.accept(result);
            }
          });
    } catch (CancellationException ignored) {
      // Whoever cancelled it knows.
    } catch (OutOfMemoryError full) {
      fail(job, onFailure, new IllegalStateException(full));
    } catch (Exception failure) {
      fail(job, onFailure, failure);
    }
  }

  private void fail(Job job, Consumer<? super Exception> onFailure, Exception failure) {
    onFx(
        () -> {
          if (!job.isCancelled()) {
            onFailure.accept(failure);
          }
        });
  }

  @Override
  public void onFx(Runnable action) {
    if (Platform.isFxApplicationThread()) {
      action.run();
    } else {
      Platform.runLater(action);
    }
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable action) {
    try {
      Future<?> future = timer.schedule(() -> Platform.runLater(action), delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    timer.shutdownNow();
  }

  private static ThreadFactory threads(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      thread.setPriority(Thread.NORM_PRIORITY - 1);
      return thread;
    };
  }
}
