package io.bitloupe.engine;

import io.bitloupe.exec.Progress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** The engine's computing threads. One caller at a time. */
final class WorkerPool implements AutoCloseable {

  private final int threads;
  private final ExecutorService executor;

  WorkerPool(int threads) {
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("bitloupe-engine-", 1).factory());
  }

  int threads() {
    return threads;
  }

  /** What a unit of work led to. */
  private sealed interface Outcome<R> {
    record Done<R>(int index, R result) implements Outcome<R> {}

    record Failed<R>(RuntimeException failure) implements Outcome<R> {}

    record WorkerEnded<R>() implements Outcome<R> {}
  }

  /** Hears of finished units, on the calling thread, in the order in which they finish. */
  interface Sink<R> {
    void accept(int index, R result);
  }

  /**
   * Computes units 0 to {@code count - 1} on all threads and returns, or throws, when none runs any more. What a unit or the sink
   * throws ends the work; the first of it is thrown.
   *
   * @throws CancellationException when {@code progress} was cancelled before the sink had heard of all
   */
  <R> void forEach(int count, IntFunction<R> unit, Sink<R> sink, Progress progress) {
    // Room for everything that can come, so that the end of a worker is told even when there is no memory left.
    BlockingQueue<Outcome<R>> outcomes = new ArrayBlockingQueue<>(count + 2 * threads);
    Outcome<R> ended = new Outcome.WorkerEnded<>();
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    for (int i = 0; i < threads; i++) {
      executor.execute(() -> work(count, unit, outcomes, ended, next, stop, progress));
    }
    int running = threads;
    int heard = 0;
    RuntimeException failure = null;
    while (running > 0) {
      switch (take(outcomes, stop)) {
        case Outcome.WorkerEnded<R> _ -> running--;
        case Outcome.Failed<R>(RuntimeException thrown) -> {
          stop.set(true);
          failure = failure == null ? thrown : failure;
        }
        case Outcome.Done<R>(int index, R result) -> {
          if (failure == null && !progress.isCancelled()) {
            try {
              sink.accept(index, result);
              heard++;
            } catch (RuntimeException thrown) {
              stop.set(true);
              failure = thrown;
            }
          }
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (heard < count) {
      throw new CancellationException("cancelled");
    }
  }

  private static <R> void work(
      int count,
      IntFunction<R> unit,
      BlockingQueue<Outcome<R>> outcomes,
      Outcome<R> ended,
      AtomicInteger next,
      AtomicBoolean stop,
      Progress progress) {
    try {
      for (int i = next.getAndIncrement(); i < count && !stop.get() && !progress.isCancelled(); i = next.getAndIncrement()) {
        outcomes.add(new Outcome.Done<>(i, unit.apply(i)));
      }
    } catch (CancellationException cancelled) {
      stop.set(true);
    } catch (RuntimeException failure) {
      outcomes.add(new Outcome.Failed<>(failure));
    } catch (Error error) {
      outcomes.add(new Outcome.Failed<>(new IllegalStateException("the engine failed: " + error, error)));
    } finally {
      outcomes.add(ended);
    }
  }

  private static <R> Outcome<R> take(BlockingQueue<Outcome<R>> outcomes, AtomicBoolean stop) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return outcomes.take();
        } catch (InterruptedException e) {
          interrupted = true;
          stop.set(true);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    executor.close();
  }
}
