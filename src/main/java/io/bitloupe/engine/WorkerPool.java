package io.bitloupe.engine;

import io.bitloupe.exec.Progress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

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

  /** Hears of finished units, on the calling thread, in the order in which they finish. */
  interface Sink<R> {
    void accept(int index, R result);
  }

  /**
   * Computes units 0 to {@code count - 1} on all threads and returns, or throws, when none runs any more. What {@code sink} throws
   * ends the work as what a unit throws does.
   *
   * @throws CancellationException when {@code progress} was cancelled before the sink had heard of all
   */
  <R> void forEach(int count, IntFunction<R> unit, Sink<R> sink, Progress progress) {
    new Run<>(count, unit, progress, threads).to(sink, executor);
  }

  /** Calls {@code unit} with 0 to {@code count - 1} on all threads; for work that is soon done. */
  void forEach(int count, IntConsumer unit) {
    IntFunction<Integer> counted =
        index -> {
          unit.accept(index);
          return index;
        };
    forEach(count, counted, (_, _) -> {}, Progress.NONE);
  }

  /** What a worker says: a unit is done, or it ends itself. */
  private sealed interface Outcome {
    record Done(int index, Object result) implements Outcome {}

    /** There before it is needed: nothing is allocated to say that memory ran out. */
    enum Ended implements Outcome {
      ENDED
    }
  }

  /** One call of {@link #forEach}. */
  private static final class Run<R> {
    private final int count;
    private final IntFunction<R> unit;
    private final Progress progress;
    private final int threads;
    private final BlockingQueue<Outcome> outcomes;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Run(int count, IntFunction<R> unit, Progress progress, int threads) {
      this.count = count;
      this.unit = unit;
      this.progress = progress;
      this.threads = threads;
      this.outcomes = new ArrayBlockingQueue<>(count + threads);
    }

    void to(Sink<R> sink, ExecutorService executor) {
      int running = 0;
      try {
        for (int i = 0; i < threads; i++) {
          executor.execute(this::work);
          running++;
        }
      } catch (RuntimeException | Error refused) {
        fail(refused);
      }
      int heard = 0;
      while (running > 0) {
        switch (take()) {
          case Outcome.Ended _ -> running--;
          case Outcome.Done(int index, Object result) -> {
            heard += hand(sink, index, result) ? 1 : 0;
          }
        }
      }
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw EngineFailure.of(thrown);
      }
      if (heard < count) {
        throw new CancellationException("cancelled");
      }
    }

    @SuppressWarnings("unchecked")
    private boolean hand(Sink<R> sink, int index, Object result) {
      if (failure.get() != null || progress.isCancelled()) {
        return false;
      }
      try {
        sink.accept(index, (R) result);
        return true;
      } catch (RuntimeException | Error thrown) {
        fail(thrown);
        return false;
      }
    }

    private void fail(Throwable thrown) {
      stop.set(true);
      failure.compareAndSet(null, thrown);
    }

    private void work() {
      try {
        for (int i = next.getAndIncrement(); i < count && !stop.get() && !progress.isCancelled(); i = next.getAndIncrement()) {
          outcomes.add(new Outcome.Done(i, unit.apply(i)));
        }
      } catch (CancellationException cancelled) {
        stop.set(true);
      } catch (RuntimeException | Error thrown) {
        fail(thrown);
      } finally {
        outcomes.add(Outcome.Ended.ENDED);
      }
    }

    private Outcome take() {
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
  }

  @Override
  public void close() {
    executor.close();
  }
}
