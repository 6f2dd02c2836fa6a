package io.bitloupe.ui.task;

import io.bitloupe.engine.Job;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs everything on the thread that made it, which stands for the FX thread: work at once, or when told to; what is scheduled when
 * told to; what other threads have for it while {@link #runUntil} waits.
 */
public final class DirectTasks implements Tasks {
  private final Thread owner = Thread.currentThread();
  private final BlockingQueue<Runnable> arrived = new LinkedBlockingQueue<>();
  private final List<Runnable> scheduled = new ArrayList<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holding;

  /** Keeps work back until {@link #release}. */
  public void hold() {
    holding = true;
  }

  /** Runs the work that was kept back, in order. */
  public void release() {
    holding = false;
    while (!held.isEmpty()) {
      held.removeFirst().run();
    }
  }

  /** Runs what is scheduled now, but not what that schedules. */
  public void advance() {
    List<Runnable> due = List.copyOf(scheduled);
    scheduled.clear();
    due.forEach(Runnable::run);
  }

  /**
   * Runs what other threads hand over until {@code reached} holds.
   *
   * @throws AssertionError when nothing arrives for two minutes
   */
  public void runUntil(BooleanSupplier reached) {
    while (!reached.getAsBoolean()) {
      try {
        Optional.ofNullable(arrived.poll(2, TimeUnit.MINUTES)).orElseThrow(() -> new AssertionError("nothing arrives any more")).run();
      } catch (InterruptedException interrupted) {
        throw new AssertionError("interrupted", interrupted);
      }
    }
  }

  /** Number of actions that wait. */
  public int waiting() {
    return scheduled.size();
  }

  @Override
  public <T> void run(Job job, Work<T> work, Consumer<? super T> onSuccess, Consumer<? super Exception> onFailure) {
    Runnable action = () -> runNow(job, work, onSuccess, onFailure);
    if (holding) {
      held.addLast(action);
    } else {
      action.run();
    }
  }

  private static <T> void runNow(Job job, Work<T> work, Consumer<? super T> onSuccess, Consumer<? super Exception> onFailure) {
    if (job.isCancelled()) {
      return;
    }
    T result;
    try {
      result = work.call();
    } catch (CancellationException cancelled) {
      return;
    } catch (Exception failure) {
      if (!job.isCancelled()) {
        onFailure.accept(failure);
      }
      return;
    }
    if (!job.isCancelled()) {
      onSuccess.accept(result);
    }
  }

  @Override
  public void onFx(Runnable action) {
    if (Thread.currentThread() == owner) {
      action.run();
    } else {
      arrived.add(action);
    }
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable action) {
    scheduled.add(action);
    return () -> scheduled.remove(action);
  }

  @Override
  public void close() {}
}
